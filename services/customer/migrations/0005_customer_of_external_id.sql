CREATE INDEX customer_of_external_id ON customer (external_id, id)
