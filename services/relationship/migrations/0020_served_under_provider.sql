CREATE INDEX served_under_provider ON reseller_relationship (partner_tenant, provider, customer)
