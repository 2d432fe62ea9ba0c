CREATE UNIQUE INDEX partnership_external_id ON partnership (provider_tenant, external_id)
