CREATE INDEX subscription_of_record ON subscription (reseller_tenant, customer)
