CREATE INDEX cart_of_creator ON cart (creator_tenant, create_time, id, customer)
