CREATE TABLE affiliation (
    organization TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    affiliation_group TEXT NOT NULL,
    PRIMARY KEY (organization, since)
)
