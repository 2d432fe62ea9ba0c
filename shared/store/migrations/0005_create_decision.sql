-- What was decided, by whom it was asked, and for which day. `body` is the service's own encoding.
-- A refused decision may be erased at `erase_at`; an accepted one is kept.
CREATE TABLE decision (
    id         TEXT   NOT NULL PRIMARY KEY,
    boundary   TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    accepted   BIGINT NOT NULL CHECK (accepted IN (0, 1)),
    as_of      TEXT   NOT NULL,
    decided_at BIGINT NOT NULL,
    erase_at   BIGINT NULL,
    tenant     TEXT   NOT NULL,
    caller     TEXT   NOT NULL,
    request_id TEXT   NULL,
    body       BLOB   NOT NULL
)
