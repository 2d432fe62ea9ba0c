CREATE UNIQUE INDEX operation_request ON operation (caller_key, request_id) WHERE state IN ('RUNNING', 'CANCELLED')
