CREATE UNIQUE INDEX partner_of_organization ON partner (organization, kind, region)
    WHERE enrollment_state <> 'REJECTED'
