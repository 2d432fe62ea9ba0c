CREATE UNIQUE INDEX partner_user_external_id ON partner_user (partner, external_id)
