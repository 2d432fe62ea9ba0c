CREATE INDEX decision_by_time ON decision (decided_at, id)
