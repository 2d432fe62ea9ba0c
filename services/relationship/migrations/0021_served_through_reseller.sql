CREATE INDEX served_through_reseller ON reseller_relationship (provider_tenant, partner, customer) WHERE state = 'ACTIVE'
