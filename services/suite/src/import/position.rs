//! Positions in a file: line and column as an editor counts them, from 1.

/// A line, and a column in characters; both count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) line: u64,
    pub(crate) column: u64,
}

/// The position of the byte at `offset`.
pub(crate) fn of_offset(bytes: &[u8], offset: usize) -> Position {
    let before = bytes.get(..offset).unwrap_or(bytes);
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let in_line = before.get(line_start..).unwrap_or_default();
    Position {
        line: count(before.iter().filter(|byte| **byte == b'\n').count()) + 1,
        column: count(String::from_utf8_lossy(in_line).chars().count()) + 1,
    }
}

/// The position of the field at `index` in the record that begins at byte `record`, on line `line`.
pub(crate) fn of_field(bytes: &[u8], record: u64, line: u64, index: usize) -> Position {
    let start = usize::try_from(record).unwrap_or(usize::MAX);
    let rest = bytes.get(start..).unwrap_or_default();
    let field = start.saturating_add(field_start(rest, index));
    // A quoted field may hold line breaks, so the field may stand on a later line than the start of its
    // record.
    let between = bytes.get(start..field).unwrap_or_default();
    let lines = between.iter().filter(|byte| **byte == b'\n').count();
    let in_line = between
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(between, |at| between.get(at + 1..).unwrap_or_default());
    Position {
        line: line + count(lines),
        column: count(String::from_utf8_lossy(in_line).chars().count()) + 1,
    }
}

/// The offset in `record` at which the field at `index` begins: after `index` commas outside quotes.
fn field_start(record: &[u8], index: usize) -> usize {
    let (mut quoted, mut commas) = (false, 0);
    for (at, byte) in record.iter().enumerate() {
        if commas == index {
            return at;
        }
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => commas += 1,
            _ => {}
        }
    }
    record.len()
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_after_quotes_commas_and_line_breaks_is_located() {
        let bytes = b"a,b,c\n\"x, \"\"y\"\"\",2,3\n\"one\ntwo\",5,6\n";
        assert_eq!(of_field(bytes, 6, 2, 0), Position { line: 2, column: 1 });
        assert_eq!(of_field(bytes, 6, 2, 1), Position { line: 2, column: 12 });
        assert_eq!(of_field(bytes, 21, 3, 1), Position { line: 4, column: 6 });
    }

    #[test]
    fn a_column_counts_characters_not_bytes() {
        assert_eq!(of_offset("ab\nöü!".as_bytes(), 7), Position { line: 2, column: 3 });
    }
}
