CREATE UNIQUE INDEX organization_external_id ON organization (external_id)
