CREATE INDEX journal_unsequenced ON journal (time, event_id) WHERE position IS NULL
