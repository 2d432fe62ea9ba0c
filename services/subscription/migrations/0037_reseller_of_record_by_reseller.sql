CREATE INDEX reseller_of_record_by_reseller ON reseller_of_record (reseller, customer, subscription, revision)
