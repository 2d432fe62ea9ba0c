CREATE INDEX journal_position ON journal (position)
