CREATE INDEX affiliation_of_group ON affiliation (affiliation_group, organization)
