CREATE INDEX admin_grant_of_customer ON admin_grant (customer, create_time, id)
