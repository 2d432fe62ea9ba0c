CREATE INDEX operation_by_time ON operation (create_time, id)
