CREATE UNIQUE INDEX customer_key_external_id ON customer_key (owner, external_id)
