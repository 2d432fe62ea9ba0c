CREATE TABLE company_identifier (
    value TEXT NOT NULL,
    partner TEXT NOT NULL,
    PRIMARY KEY (value, partner)
)
