CREATE INDEX subscription_of_customer ON subscription (customer, create_time, id)
