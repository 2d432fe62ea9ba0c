CREATE TABLE setup_info (
    customer TEXT NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    reveal_time BIGINT NOT NULL,
    salt BLOB NOT NULL,
    password_hash BLOB NOT NULL
)
