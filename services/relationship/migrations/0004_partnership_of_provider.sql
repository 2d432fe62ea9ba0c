CREATE INDEX partnership_of_provider ON partnership (provider_tenant, create_time, id)
