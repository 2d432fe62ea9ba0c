-- Every version of every offer, the present one included: what an order was priced by stays readable.
CREATE TABLE offer_version (
    id                 TEXT   NOT NULL,
    revision           BIGINT NOT NULL,
    create_time        BIGINT NOT NULL,
    update_time        BIGINT NOT NULL,
    display_name       TEXT   NOT NULL,
    publisher          TEXT   NOT NULL,
    party              TEXT   NOT NULL CHECK (party IN ('FIRST', 'THIRD')),
    countries          TEXT   NOT NULL,
    unit               TEXT   NOT NULL,
    seat_min           BIGINT NOT NULL,
    seat_max           BIGINT NOT NULL,
    customer_seats_max BIGINT NOT NULL,
    prerequisites      TEXT   NOT NULL,
    plans              TEXT   NOT NULL,
    currency           TEXT   NOT NULL,
    list_price         BIGINT NOT NULL,
    upgrade_targets    TEXT   NOT NULL,
    withdrawn          BIGINT NOT NULL CHECK (withdrawn IN (0, 1)),
    PRIMARY KEY (id, revision)
)
