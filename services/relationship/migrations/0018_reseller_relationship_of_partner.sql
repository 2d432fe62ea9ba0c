CREATE INDEX reseller_relationship_of_partner ON reseller_relationship (partner_tenant, customer, id)
