CREATE INDEX partnership_of_tenant ON partnership (provider, reseller_tenant) WHERE state = 'ACTIVE'
