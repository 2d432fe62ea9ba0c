CREATE INDEX cart_of_customer ON cart (customer, create_time, id)
