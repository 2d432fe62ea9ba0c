CREATE UNIQUE INDEX partner_of_organization ON partner (organization, kind, region)
