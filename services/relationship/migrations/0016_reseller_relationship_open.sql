CREATE UNIQUE INDEX reseller_relationship_open ON reseller_relationship (customer, partner, provider) WHERE state = 'ACTIVE'
