CREATE UNIQUE INDEX partner_external_id ON partner (external_id)
