CREATE UNIQUE INDEX subscription_record_key ON subscription (external_id, seller_tenant)
    WHERE evidence_date IS NOT NULL
