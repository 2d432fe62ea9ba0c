//! Imports a book – a folder of CSV files – through the suite's public API.
//!
//! Facts that were established elsewhere are imported by the operator's Record calls, and are judged by the
//! rules of their own day. An order is placed by SubmitOrder, as any client's order. `BOOK.md` documents the
//! files and columns; the tables of columns in `BOOK.md` are generated from [`FILES`].
//!
//! A row is identified by the id that it chooses, so a book can be sent again: rows that are stored already
//! are left alone. Ids are stored for ever; a request id would protect a repeat only for a day.
//!
//! Read in this order:
//! 1. [`FILES`]: the files of a book in the order of import, each with its columns;
//! 2. [`mod@read`]: reads the folder into an [`ImportedBook`], or lists every flaw in it with file, line and
//!    column;
//! 3. [`mod@send_book`]: sends the book file by file, and gives each row a [`Verdict`];
//! 4. [`Summary`] and [`write_refusals`]: report the verdicts.
//!
//! The import is a client: it depends on the contract and on no service. [`crate::command::import`] is the
//! command around it, with progress bar and exit codes.

mod cells;
mod files;
mod position;
mod read;
mod refusals;
mod rows;
mod send_book;
mod send_row;
mod status;
mod summary;

pub use cells::{CELL_CHARS_MAX, LIST_ENTRIES_MAX};
pub use files::{Column, FILES, File, documented};
pub use read::{BOOK_FLAWS_MAX, FILE_BYTES_MAX, Flaw, ImportedBook, ROWS_MAX, Unreadable, read};
pub use refusals::write_refusals;
pub use send_book::{Interrupted, Outcome, ROWS_IN_FLIGHT_MAX, Report, Verdict, send_book};
pub use status::Breach;
pub use summary::{Counts, Summary};
