-- By which tenant the support contact signs in; empty where it was named before this was kept.
ALTER TABLE subscription ADD COLUMN support_contact_tenant TEXT NOT NULL DEFAULT ''
