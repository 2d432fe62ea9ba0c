-- The version of the offer by which the last increase was decided: one that was decided by an earlier version, which may
-- have set no limit, does not come after it.
ALTER TABLE seat_holding ADD COLUMN offer_revision BIGINT NOT NULL DEFAULT 0
