//! Reads a folder into a book, or lists the flaws of the folder. Nothing is sent until the whole book is well
//! formed.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use csv::{ByteRecord, ReaderBuilder, StringRecord};

use super::cells::Cells;
use super::files::{FILES, File};
use super::position::{self, Position};
use super::rows::{self, Row};

/// Maximum size of a file of a book, in bytes.
pub const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Maximum number of rows of one file.
pub const ROWS_MAX: usize = 1_000_000;
/// Maximum number of flaws that are reported. At this number, reading stops.
pub const BOOK_FLAWS_MAX: usize = 1000;

/// The UTF-8 byte order mark, which spreadsheets write at the start of a file.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A well-formed book: the rows of every file, in the order of import.
#[derive(Debug, Default)]
pub struct ImportedBook {
    pub(crate) rows: Vec<(&'static File, Vec<Row>)>,
}

impl ImportedBook {
    /// The number of rows of all files.
    pub fn row_count(&self) -> usize {
        self.rows.iter().map(|(_, rows)| rows.len()).sum()
    }

    /// Each file with its number of rows, in the order of import.
    pub fn files(&self) -> Vec<(&'static File, usize)> {
        self.rows.iter().map(|(file, rows)| (*file, rows.len())).collect()
    }
}

/// Something wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1; 0 for the file as a whole.
    pub line: u64,
    /// The column, in characters from 1; 0 for the file as a whole.
    pub column: u64,
    /// The problem, in words for the person who corrects the book.
    pub problem: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:{}: {}", self.path.display(), self.line, self.column, self.problem)
    }
}

/// Why a folder cannot be read as a book. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The flaws in the order of reading: file by file, from top to bottom; at most [`BOOK_FLAWS_MAX`].
    pub flaws: Vec<Flaw>,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for flaw in &self.flaws {
            writeln!(out, "{flaw}")?;
        }
        let and_more = if self.flaws.len() >= BOOK_FLAWS_MAX { " or more" } else { "" };
        write!(out, "{}{and_more} flaws in the book; nothing was sent", self.flaws.len())
    }
}

impl std::error::Error for Unreadable {}

/// Reads the book in `folder`. A missing file counts as a file without rows.
///
/// # Errors
/// [`Unreadable`], with the flaws of all files: unknown files; unknown, missing and repeated columns;
/// malformed cells; an id that two rows of a file share.
pub fn read(folder: &Path) -> Result<ImportedBook, Unreadable> {
    let mut reading = Reading::default();
    let mut book = ImportedBook::default();
    match csv_files(folder) {
        Ok(found) => reading.known_files(folder, &found),
        Err(error) => reading.whole(folder, format!("cannot be read: {error}")),
    }
    for file in FILES {
        let path = folder.join(file.file_name());
        if reading.is_full() || !path.exists() {
            continue;
        }
        book.rows.push((file, reading.file(file, &path)));
    }
    if reading.flaws.is_empty() { Ok(book) } else { Err(Unreadable { flaws: reading.flaws }) }
}

fn csv_files(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".csv") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The flaws found so far.
#[derive(Default)]
struct Reading {
    flaws: Vec<Flaw>,
}

/// The path and the text of one file, without a byte order mark.
struct Source<'s> {
    path: &'s Path,
    bytes: &'s [u8],
}

impl Reading {
    fn is_full(&self) -> bool {
        self.flaws.len() >= BOOK_FLAWS_MAX
    }

    fn whole(&mut self, path: &Path, problem: String) {
        self.at(path, Position { line: 0, column: 0 }, problem);
    }

    fn at(&mut self, path: &Path, place: Position, problem: String) {
        if !self.is_full() {
            let Position { line, column } = place;
            self.flaws.push(Flaw { path: path.to_owned(), line, column, problem });
        }
    }

    fn known_files(&mut self, folder: &Path, found: &[String]) {
        let known: Vec<String> = FILES.iter().map(File::file_name).collect();
        for name in found.iter().filter(|name| !known.contains(name)) {
            self.whole(
                &folder.join(name),
                format!("is not a file of a book; the files are {}", known.join(", ")),
            );
        }
        if !found.iter().any(|name| known.contains(name)) {
            self.whole(folder, format!("has no file of a book; the files are {}", known.join(", ")));
        }
    }

    fn file(&mut self, file: &'static File, path: &Path) -> Vec<Row> {
        let bytes = match contents(path) {
            Ok(bytes) => bytes,
            Err(problem) => {
                self.whole(path, problem);
                return Vec::new();
            }
        };
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes);
        if let Err(error) = std::str::from_utf8(bytes) {
            let place = position::of_offset(bytes, error.valid_up_to());
            self.at(path, place, "is not UTF-8 text".to_owned());
            return Vec::new();
        }
        let source = Source { path, bytes };
        let mut reader = ReaderBuilder::new().flexible(true).has_headers(false).from_reader(bytes);
        let mut records = reader.byte_records();
        let header = match records.next() {
            Some(Ok(record)) => self.header(file, &source, &record),
            _ => {
                self.at(path, Position { line: 1, column: 1 }, "has no header".to_owned());
                None
            }
        };
        header.map(|header| self.rows(file, &source, &header, records)).unwrap_or_default()
    }

    /// The columns of the file in the order of its header; `None` when the header has a flaw.
    fn header(
        &mut self,
        file: &'static File,
        source: &Source<'_>,
        record: &ByteRecord,
    ) -> Option<Vec<&'static str>> {
        let before = self.flaws.len();
        let mut columns: Vec<&'static str> = Vec::new();
        for (index, name) in record.iter().enumerate() {
            let name = String::from_utf8_lossy(name);
            let problem = match file.column(&name) {
                None => {
                    format!("column `{name}` is unknown; {} has {}", file.file_name(), column_names(file))
                }
                Some(column) if columns.contains(&column.name) => format!("column `{name}` appears twice"),
                Some(column) => {
                    columns.push(column.name);
                    continue;
                }
            };
            self.at(source.path, position::of_field(source.bytes, 0, 1, index), problem);
        }
        for column in file.columns.iter().filter(|column| column.required && !columns.contains(&column.name))
        {
            self.at(
                source.path,
                Position { line: 1, column: 1 },
                format!("column `{}` is missing", column.name),
            );
        }
        (self.flaws.len() == before).then_some(columns)
    }

    fn rows(
        &mut self,
        file: &'static File,
        source: &Source<'_>,
        header: &[&'static str],
        records: csv::ByteRecordsIter<'_, &[u8]>,
    ) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        let mut lines: HashMap<String, u64> = HashMap::new();
        for record in records {
            let Some((record, start, line)) = record.ok().and_then(located) else {
                self.whole(source.path, "cannot be read as CSV".to_owned());
                return rows;
            };
            if self.is_full() {
                return rows;
            }
            if rows.len() >= ROWS_MAX {
                self.at(
                    source.path,
                    Position { line, column: 1 },
                    format!("a file has at most {ROWS_MAX} rows"),
                );
                return rows;
            }
            if record.len() != header.len() {
                let problem = format!("the row has {} cells, the header {}", record.len(), header.len());
                self.at(source.path, Position { line, column: 1 }, problem);
                continue;
            }
            let mut cells = Cells::new(file, header, &record);
            let row = rows::of(file.name, &mut cells, line);
            let flaws = cells.into_flaws();
            for (index, problem) in &flaws {
                let place = position::of_field(source.bytes, start, line, *index);
                self.at(source.path, place, problem.clone());
            }
            let Some(row) = row.filter(|_| flaws.is_empty()) else { continue };
            if let Some(first) = lines.insert(row.id.clone(), line) {
                let problem = format!("`{}` appears twice, first on line {first}", row.id);
                self.at(source.path, Position { line, column: 1 }, problem);
            }
            rows.push(row);
        }
        rows
    }
}

/// A record as text, with the byte offset and the line at which the record begins.
fn located(record: ByteRecord) -> Option<(StringRecord, u64, u64)> {
    let (start, line) = record.position().map(|position| (position.byte(), position.line()))?;
    Some((StringRecord::from_byte_record(record).ok()?, start, line))
}

fn contents(path: &Path) -> Result<Vec<u8>, String> {
    let cannot = |error: std::io::Error| format!("cannot be read: {error}");
    let length = std::fs::metadata(path).map_err(cannot)?.len();
    if length > FILE_BYTES_MAX {
        return Err(format!("is {length} bytes long; a file of a book has at most {FILE_BYTES_MAX}"));
    }
    std::fs::read(path).map_err(cannot)
}

fn column_names(file: &File) -> String {
    file.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}
