-- Lines that are to become an order. That a cart has expired is read off the clock. Of the reseller of
-- record, one column names it as its creator did: by an MPN ID or by its account.
CREATE TABLE cart (
    id              TEXT   NOT NULL,
    revision        BIGINT NOT NULL,
    create_time     BIGINT NOT NULL,
    update_time     BIGINT NOT NULL,
    external_id     TEXT   NULL,
    customer        TEXT   NOT NULL,
    customer_tenant TEXT   NOT NULL,
    creator         TEXT   NOT NULL,
    creator_tenant  TEXT   NOT NULL,
    seller          TEXT   NOT NULL,
    seller_tenant   TEXT   NOT NULL,
    reseller_mpn_id TEXT   NOT NULL,
    reseller        TEXT   NOT NULL,
    state           TEXT   NOT NULL CHECK (state IN ('OPEN', 'SUBMITTED', 'CANCELLED')),
    order_id        TEXT   NOT NULL,
    PRIMARY KEY (customer, id)
)
