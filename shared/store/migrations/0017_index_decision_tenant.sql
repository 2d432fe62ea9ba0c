CREATE INDEX decision_of_tenant ON decision (tenant, decided_at, id)
