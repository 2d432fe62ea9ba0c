CREATE INDEX decision_refused_by_time ON decision (decided_at, id) WHERE accepted = 0
