-- Keeps an order and the end of the relationship it rests on apart: both write this row (rule CUS-09).
CREATE TABLE edge_guard (
    customer TEXT   NOT NULL,
    edge     TEXT   NOT NULL,
    state    TEXT   NOT NULL CHECK (state IN ('OPEN', 'CLOSED')),
    revision BIGINT NOT NULL,
    PRIMARY KEY (customer, edge)
)
