CREATE TABLE partner_user (
    partner TEXT NOT NULL,
    id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    external_id TEXT,
    subject TEXT NOT NULL,
    display_name TEXT NOT NULL,
    email TEXT NOT NULL,
    roles TEXT NOT NULL,
    PRIMARY KEY (partner, id)
)
