CREATE TABLE customer_key (
    customer TEXT NOT NULL,
    owner TEXT NOT NULL,
    customer_tenant TEXT NOT NULL,
    external_id TEXT NOT NULL,
    PRIMARY KEY (customer, owner)
)
