CREATE INDEX invitation_of_reseller ON invitation (reseller_tenant, create_time, id)
