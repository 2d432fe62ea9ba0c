CREATE UNIQUE INDEX cart_external_id ON cart (external_id)
