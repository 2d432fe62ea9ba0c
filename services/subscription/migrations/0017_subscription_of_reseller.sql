CREATE INDEX subscription_of_reseller ON subscription (reseller_tenant, create_time, id, customer)
