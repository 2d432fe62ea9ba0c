-- Former entries of the history: appended when another reseller or number of seats follows, or when the
-- subscription is cancelled; never changed.
CREATE TABLE reseller_of_record (
    customer        TEXT   NOT NULL,
    subscription    TEXT   NOT NULL,
    revision        BIGINT NOT NULL,
    customer_tenant TEXT   NOT NULL,
    seller_tenant   TEXT   NOT NULL,
    reseller        TEXT   NOT NULL,
    reseller_tenant TEXT   NOT NULL,
    reseller_mpn_id TEXT   NOT NULL,
    seats           BIGINT NOT NULL,
    start_time      BIGINT NOT NULL,
    end_time        BIGINT NOT NULL,
    PRIMARY KEY (customer, subscription, revision)
)
