CREATE INDEX reseller_relationship_of_customer ON reseller_relationship (customer, id)
