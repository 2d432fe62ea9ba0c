CREATE INDEX subscription_by_reseller ON subscription (reseller, customer, id)
