CREATE INDEX cart_time ON cart (create_time, id, customer)
