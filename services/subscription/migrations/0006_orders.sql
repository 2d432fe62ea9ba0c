-- An accepted purchase; it never changes.
CREATE TABLE orders (
    id                TEXT   NOT NULL,
    create_time       BIGINT NOT NULL,
    external_id       TEXT   NULL,
    customer          TEXT   NOT NULL,
    customer_tenant   TEXT   NOT NULL,
    seller            TEXT   NOT NULL,
    seller_tenant     TEXT   NOT NULL,
    reseller          TEXT   NOT NULL,
    reseller_tenant   TEXT   NOT NULL,
    reseller_mpn_id   TEXT   NOT NULL,
    attested_capacity TEXT   NOT NULL CHECK (attested_capacity IN ('DIRECT', 'INDIRECT')),
    decision_id       TEXT   NOT NULL,
    PRIMARY KEY (customer, id)
)
