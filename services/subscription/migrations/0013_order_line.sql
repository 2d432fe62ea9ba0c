CREATE TABLE order_line (
    customer        TEXT   NOT NULL,
    order_id        TEXT   NOT NULL,
    position        BIGINT NOT NULL,
    customer_tenant TEXT   NOT NULL,
    offer           TEXT   NOT NULL,
    offer_revision  BIGINT NOT NULL,
    quantity        BIGINT NOT NULL,
    term            TEXT   NOT NULL,
    billing_cycle   TEXT   NOT NULL,
    external_id     TEXT   NULL,
    currency        TEXT   NOT NULL,
    unit_price      BIGINT NOT NULL,
    subscription_id TEXT   NOT NULL,
    PRIMARY KEY (customer, order_id, position)
)
