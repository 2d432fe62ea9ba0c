CREATE TABLE listing (
    partner TEXT NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    display_name TEXT NOT NULL,
    search_name TEXT NOT NULL,
    description TEXT NOT NULL,
    website TEXT NOT NULL,
    countries TEXT NOT NULL,
    offerings BIGINT NOT NULL
)
