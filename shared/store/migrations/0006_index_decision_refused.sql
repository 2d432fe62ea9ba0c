CREATE INDEX decision_erased ON decision (erase_at) WHERE erase_at IS NOT NULL
