-- One row for each feed of this database: which positions were given, and which entries are kept. Only the
-- sequencer moves `next_position`, only the erasure of old entries `first_position`; each by compare-and-swap.
CREATE TABLE feed (
    name           TEXT   NOT NULL PRIMARY KEY,
    id             TEXT   NOT NULL,
    next_position  BIGINT NOT NULL,
    first_position BIGINT NOT NULL CHECK (first_position <= next_position)
)
