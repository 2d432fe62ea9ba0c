CREATE INDEX subscription_of_seller ON subscription (seller_tenant, create_time, id, customer)
