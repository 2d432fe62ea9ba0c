CREATE INDEX partnership_of_reseller ON partnership (reseller_tenant, create_time, id)
