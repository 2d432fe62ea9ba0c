CREATE UNIQUE INDEX customer_external_id ON customer (owner, external_id) WHERE state <> 'ABANDONED'
