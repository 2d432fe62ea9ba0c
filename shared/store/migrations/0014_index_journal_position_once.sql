-- In place of the plain index: no position is ever given twice, whatever a sequencer believes.
CREATE UNIQUE INDEX journal_position_once ON journal (position)
