CREATE INDEX invitation_by_time ON invitation (create_time, id)
