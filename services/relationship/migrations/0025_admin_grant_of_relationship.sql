CREATE INDEX admin_grant_of_relationship ON admin_grant (customer, relationship_id, id)
