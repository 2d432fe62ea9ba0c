CREATE INDEX partnership_of_parties ON partnership (provider, reseller, create_time)
