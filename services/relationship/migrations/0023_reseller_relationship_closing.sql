CREATE INDEX reseller_relationship_closing ON reseller_relationship (closing_time) WHERE closing_time IS NOT NULL
