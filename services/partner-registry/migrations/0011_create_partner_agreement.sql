CREATE TABLE partner_agreement (
    account TEXT NOT NULL,
    revision BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    partner TEXT NOT NULL,
    organization TEXT NOT NULL,
    region TEXT NOT NULL,
    text_version TEXT NOT NULL,
    signer TEXT NOT NULL,
    sign_date TEXT NOT NULL,
    evidence_date TEXT,
    evidence_source TEXT,
    PRIMARY KEY (organization, region)
)
