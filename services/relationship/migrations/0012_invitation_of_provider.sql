CREATE INDEX invitation_of_provider ON invitation (provider_tenant, create_time, id)
