CREATE INDEX operation_lease ON operation (lease_time, id) WHERE state = 'RUNNING'
