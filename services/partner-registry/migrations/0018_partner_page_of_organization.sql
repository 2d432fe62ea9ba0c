CREATE INDEX partner_page_of_organization ON partner (organization, id)
