-- In place of the plain index: no position is ever given twice, whatever a sequencer believes. Entries without a
-- position have an index of their own; here they would be looked through each time the oldest of them are picked.
CREATE UNIQUE INDEX journal_position_once ON journal (position) WHERE position IS NOT NULL
