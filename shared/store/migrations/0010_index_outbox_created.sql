CREATE INDEX outbox_created ON outbox (created, id)
