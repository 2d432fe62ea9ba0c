CREATE UNIQUE INDEX invitation_external_id ON invitation (sender_tenant, external_id)
