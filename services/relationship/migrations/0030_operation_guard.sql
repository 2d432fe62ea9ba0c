CREATE TABLE operation_guard (
    operation TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('OPEN', 'TAKEN_BACK')),
    update_time BIGINT NOT NULL
)
