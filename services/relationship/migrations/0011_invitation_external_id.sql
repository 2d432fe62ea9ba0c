CREATE UNIQUE INDEX invitation_external_id ON invitation (external_id)
