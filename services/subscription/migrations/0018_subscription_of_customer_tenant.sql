CREATE INDEX subscription_of_customer_tenant ON subscription (customer_tenant, create_time, id, customer)
