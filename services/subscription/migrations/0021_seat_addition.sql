-- Seats that were added after the purchase and are still held; the others are those of the purchase.
CREATE TABLE seat_addition (
    customer        TEXT   NOT NULL,
    subscription    TEXT   NOT NULL,
    revision        BIGINT NOT NULL,
    customer_tenant TEXT   NOT NULL,
    time            BIGINT NOT NULL,
    seats           BIGINT NOT NULL CHECK (seats >= 0),
    PRIMARY KEY (customer, subscription, revision)
)
