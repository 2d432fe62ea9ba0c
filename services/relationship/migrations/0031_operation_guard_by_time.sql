CREATE INDEX operation_guard_by_time ON operation_guard (update_time, operation)
