CREATE INDEX journal_time ON journal (time, event_id)
