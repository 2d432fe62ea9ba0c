CREATE INDEX cart_of_seller ON cart (seller_tenant, create_time, id, customer)
