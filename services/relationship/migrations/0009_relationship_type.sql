CREATE TABLE relationship_type (
    tenant TEXT NOT NULL,
    provider TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('RESELLER', 'CUSTOMER')),
    edges BIGINT NOT NULL CHECK (edges >= 0),
    PRIMARY KEY (tenant, provider)
)
