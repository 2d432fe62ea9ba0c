CREATE INDEX operation_caller ON operation (caller_tenant, create_time, id)
