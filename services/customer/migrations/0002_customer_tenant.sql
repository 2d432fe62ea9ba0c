CREATE UNIQUE INDEX customer_tenant ON customer (tenant) WHERE state = 'ACTIVE'
