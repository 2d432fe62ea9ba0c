-- Mail that waits for the relay; the row is erased when the relay has handed it over, for it may hold secrets.
CREATE TABLE outbox (
    id        TEXT   NOT NULL PRIMARY KEY,
    recipient TEXT   NOT NULL,
    subject   TEXT   NOT NULL,
    body      TEXT   NOT NULL,
    created   BIGINT NOT NULL
)
