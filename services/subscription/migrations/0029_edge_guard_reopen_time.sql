-- Ends that were begun until then are given up, and close nothing any more.
ALTER TABLE edge_guard ADD COLUMN reopen_time BIGINT NOT NULL DEFAULT 0
