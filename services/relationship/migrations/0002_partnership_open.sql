CREATE UNIQUE INDEX partnership_open ON partnership (provider, reseller) WHERE state IN ('PENDING', 'ACTIVE')
