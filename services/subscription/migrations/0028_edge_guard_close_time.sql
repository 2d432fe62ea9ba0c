-- When the youngest end was begun that closed it.
ALTER TABLE edge_guard ADD COLUMN close_time BIGINT NOT NULL DEFAULT 0
