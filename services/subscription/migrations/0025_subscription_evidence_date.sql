-- Where a recorded subscription comes from: it has no order of ours.
ALTER TABLE subscription ADD COLUMN evidence_date TEXT NULL
