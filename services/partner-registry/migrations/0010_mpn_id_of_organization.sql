CREATE INDEX mpn_id_of_organization ON mpn_id (organization, number)
