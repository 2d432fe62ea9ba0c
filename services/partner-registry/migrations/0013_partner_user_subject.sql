CREATE UNIQUE INDEX partner_user_subject ON partner_user (partner, subject)
