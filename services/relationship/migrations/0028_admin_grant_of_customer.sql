CREATE INDEX admin_grant_of_customer ON admin_grant (customer_tenant, create_time, id)
