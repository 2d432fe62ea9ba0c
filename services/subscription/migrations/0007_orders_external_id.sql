CREATE UNIQUE INDEX orders_external_id ON orders (external_id)
