-- Something that can be subscribed to, as of its last import. Lists are words between spaces, so that one
-- word can be looked for; `plans` are pairs of term and billing cycle.
CREATE TABLE offer (
    id                 TEXT   NOT NULL PRIMARY KEY,
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
    withdrawn          BIGINT NOT NULL CHECK (withdrawn IN (0, 1))
)
