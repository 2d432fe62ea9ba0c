CREATE UNIQUE INDEX partner_tenant ON partner (tenant)
