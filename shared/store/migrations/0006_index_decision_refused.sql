CREATE INDEX decision_refused ON decision (decided_at) WHERE accepted = 0
