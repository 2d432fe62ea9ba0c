CREATE INDEX admin_grant_of_tenant ON admin_grant (customer_tenant, create_time, customer, id)
