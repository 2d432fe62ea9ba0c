CREATE INDEX subscription_time ON subscription (create_time, id, customer)
