CREATE INDEX idempotency_created ON idempotency (created)
