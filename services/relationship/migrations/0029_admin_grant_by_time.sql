CREATE INDEX admin_grant_by_time ON admin_grant (create_time, customer, id)
