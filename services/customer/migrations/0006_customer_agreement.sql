CREATE TABLE customer_agreement (
    customer TEXT NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    revision BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('ATTESTED', 'ACCEPTED', 'RECORDED')),
    attester TEXT,
    signer BLOB NOT NULL,
    accept_date TEXT NOT NULL,
    evidence_source TEXT
)
