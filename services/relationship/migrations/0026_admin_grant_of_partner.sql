CREATE INDEX admin_grant_of_partner ON admin_grant (partner_tenant, create_time, customer, id)
