CREATE TABLE organization (
    id TEXT NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    external_id TEXT,
    legal_name TEXT NOT NULL,
    country TEXT NOT NULL
)
