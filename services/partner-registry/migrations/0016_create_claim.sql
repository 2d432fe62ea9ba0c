CREATE TABLE claim (
    kind TEXT NOT NULL CHECK (kind IN ('CSP_TENANT', 'CUSTOMER_TENANT', 'DOMAIN')),
    value TEXT NOT NULL,
    holder TEXT NOT NULL,
    PRIMARY KEY (value, kind)
)
