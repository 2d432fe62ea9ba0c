-- What a customer has bought. That a term ended without renewal is read off the clock. The present reseller
-- of record and the present number of seats stand here, since when and since which revision both hold; the
-- ones before are in reseller_of_record.
-- Terms are counted from term_start. seat_additions has the seats that were added within the last 7 days.
CREATE TABLE subscription (
    id                TEXT   NOT NULL,
    revision          BIGINT NOT NULL,
    create_time       BIGINT NOT NULL,
    update_time       BIGINT NOT NULL,
    external_id       TEXT   NULL,
    customer          TEXT   NOT NULL,
    customer_tenant   TEXT   NOT NULL,
    order_id          TEXT   NOT NULL,
    offer             TEXT   NOT NULL,
    offer_revision    BIGINT NOT NULL,
    quantity          BIGINT NOT NULL,
    term              TEXT   NOT NULL,
    billing_cycle     TEXT   NOT NULL,
    currency          TEXT   NOT NULL,
    unit_price        BIGINT NOT NULL,
    term_start        BIGINT NOT NULL,
    term_end          BIGINT NOT NULL,
    upgrade_time      BIGINT,
    seat_additions    TEXT   NOT NULL,
    auto_renew        BIGINT NOT NULL CHECK (auto_renew IN (0, 1)),
    state             TEXT   NOT NULL CHECK (state IN ('ACTIVE', 'SUSPENDED', 'CANCELLED')),
    seller            TEXT   NOT NULL,
    seller_tenant     TEXT   NOT NULL,
    reseller          TEXT   NOT NULL,
    reseller_tenant   TEXT   NOT NULL,
    reseller_mpn_id   TEXT   NOT NULL,
    reseller_since    BIGINT NOT NULL,
    reseller_revision BIGINT NOT NULL,
    support_contact   TEXT   NOT NULL,
    PRIMARY KEY (customer, id)
)
