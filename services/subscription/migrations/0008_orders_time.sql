CREATE INDEX orders_time ON orders (create_time, id, customer)
