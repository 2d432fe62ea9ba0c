CREATE INDEX invitation_of_customer ON invitation (customer, state)
