CREATE TABLE mpn_id (
    number TEXT NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    organization TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('GLOBAL', 'LOCATION')),
    country TEXT NOT NULL,
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    partner TEXT
)
