-- Counts the increases of what a customer holds of an offer: whoever decides by the customer's limit swaps
-- the revision that it read. `read_revision` is -1 for an increase that no limit concerned. `holds` counts the
-- sales of add-ons that rest on the offer: whoever takes a base away swaps the count that it read.
CREATE TABLE seat_holding (
    customer      TEXT   NOT NULL,
    offer         TEXT   NOT NULL,
    revision      BIGINT NOT NULL,
    read_revision BIGINT NOT NULL,
    holds         BIGINT NOT NULL,
    PRIMARY KEY (customer, offer)
)
