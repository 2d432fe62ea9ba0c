CREATE INDEX claim_of_holder ON claim (holder)
