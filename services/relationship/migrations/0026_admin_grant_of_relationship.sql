CREATE INDEX admin_grant_of_relationship ON admin_grant (relationship, id)
