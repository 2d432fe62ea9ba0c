CREATE INDEX orders_of_customer_tenant ON orders (customer_tenant, create_time, id, customer)
