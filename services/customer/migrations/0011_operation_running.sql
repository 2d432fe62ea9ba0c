CREATE INDEX operation_running ON operation (tenant, create_time) WHERE state = 'RUNNING'
