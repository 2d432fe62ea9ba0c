CREATE INDEX reseller_relationship_of_provider ON reseller_relationship (provider_tenant, customer, id)
