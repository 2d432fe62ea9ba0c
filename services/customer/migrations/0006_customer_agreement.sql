CREATE TABLE customer_agreement (
    customer TEXT NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    revision BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    acceptances BLOB NOT NULL
)
