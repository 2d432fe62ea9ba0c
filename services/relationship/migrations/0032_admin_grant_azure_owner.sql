CREATE UNIQUE INDEX admin_grant_azure_owner ON admin_grant (customer, partner) WHERE kind = 'AZURE_OWNER' AND state = 'ACTIVE'
