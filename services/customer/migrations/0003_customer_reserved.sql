CREATE INDEX customer_reserved ON customer (tenant) WHERE state = 'RESERVED'
