CREATE INDEX partnership_by_time ON partnership (create_time, id)
