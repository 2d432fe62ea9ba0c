CREATE UNIQUE INDEX partnership_external_id ON partnership (external_id)
