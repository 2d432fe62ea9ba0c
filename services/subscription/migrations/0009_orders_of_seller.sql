CREATE INDEX orders_of_seller ON orders (seller_tenant, create_time, id, customer)
