CREATE TABLE admin_grant (
    id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    partner TEXT NOT NULL,
    partner_tenant TEXT NOT NULL,
    customer TEXT NOT NULL,
    customer_tenant TEXT NOT NULL,
    relationship_id TEXT NOT NULL,
    roles TEXT NOT NULL,
    start_time BIGINT NOT NULL,
    end_time BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ACTIVE', 'REVOKED')),
    PRIMARY KEY (customer, id)
)
