CREATE INDEX orders_of_reseller ON orders (reseller_tenant, create_time, id, customer)
