-- Changes of a subscription's offer, term or seats: appended, never changed.
CREATE TABLE subscription_change (
    customer        TEXT   NOT NULL,
    subscription    TEXT   NOT NULL,
    revision        BIGINT NOT NULL,
    customer_tenant TEXT   NOT NULL,
    time            BIGINT NOT NULL,
    offer_before    TEXT   NOT NULL,
    offer           TEXT   NOT NULL,
    term_before     TEXT   NOT NULL,
    term            TEXT   NOT NULL,
    seats_before    BIGINT NOT NULL,
    seats           BIGINT NOT NULL,
    other           TEXT   NOT NULL,
    decision_id     TEXT   NOT NULL,
    PRIMARY KEY (customer, subscription, revision)
)
