CREATE TABLE partner_status (
    partner TEXT NOT NULL,
    start_day TEXT NOT NULL,
    enrollment_state TEXT NOT NULL CHECK (enrollment_state IN ('PENDING', 'AUTHORIZED', 'REJECTED')),
    standing TEXT NOT NULL CHECK (standing IN ('ACTIVE', 'RESTRICTED', 'SUSPENDED', 'DEAUTHORIZED')),
    PRIMARY KEY (partner, start_day)
)
