ALTER TABLE subscription ADD COLUMN evidence_source TEXT NULL
