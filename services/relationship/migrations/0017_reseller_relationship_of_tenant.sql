CREATE INDEX reseller_relationship_of_tenant ON reseller_relationship (customer_tenant, customer, id)
