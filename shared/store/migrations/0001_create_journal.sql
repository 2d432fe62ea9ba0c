-- One entry for each change of a resource, in the transaction that changes it. A sequencer gives `position`
-- after the commit: a counter locked until commit would serialise every write.
CREATE TABLE journal (
    event_id      TEXT   NOT NULL PRIMARY KEY,
    position      BIGINT NULL,
    time          BIGINT NOT NULL,
    actor         TEXT   NOT NULL,
    method        TEXT   NOT NULL,
    resource      TEXT   NOT NULL,
    resource_type TEXT   NOT NULL,
    revision      BIGINT NOT NULL,
    change_before TEXT   NULL,
    change_after  TEXT   NULL,
    decision_id   TEXT   NULL,
    request_id    TEXT   NULL
)
