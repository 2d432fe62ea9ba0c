CREATE INDEX served_through_resellers ON reseller_relationship (provider_tenant, customer) WHERE state = 'ACTIVE'
