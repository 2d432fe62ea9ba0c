-- The request whose end is under way: its repeat takes over at once.
ALTER TABLE reseller_relationship ADD COLUMN closing_request TEXT
