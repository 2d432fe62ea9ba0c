-- The latest mark, also one that was taken back: no later one is equal to it or below.
ALTER TABLE reseller_relationship ADD COLUMN latest_closing_time BIGINT NOT NULL DEFAULT 0
