CREATE INDEX journal_resource ON journal (resource, revision, event_id)
