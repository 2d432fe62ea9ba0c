DROP INDEX journal_position
