-- The first answer to a request id, kept so that a repeat gets the same one.
CREATE TABLE idempotency (
    caller_key  TEXT   NOT NULL,
    request_id  TEXT   NOT NULL,
    rpc         TEXT   NOT NULL,
    fingerprint BLOB   NOT NULL,
    response    BLOB   NOT NULL,
    created     BIGINT NOT NULL,
    PRIMARY KEY (caller_key, request_id)
)
