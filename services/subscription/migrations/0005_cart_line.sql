CREATE TABLE cart_line (
    customer        TEXT   NOT NULL,
    cart            TEXT   NOT NULL,
    position        BIGINT NOT NULL,
    customer_tenant TEXT   NOT NULL,
    offer           TEXT   NOT NULL,
    quantity        BIGINT NOT NULL,
    term            TEXT   NOT NULL,
    billing_cycle   TEXT   NOT NULL,
    external_id     TEXT   NULL,
    PRIMARY KEY (customer, cart, position)
)
