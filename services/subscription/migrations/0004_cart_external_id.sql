CREATE UNIQUE INDEX cart_external_id ON cart (creator_tenant, external_id)
