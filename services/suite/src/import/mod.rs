//! Brings a book in – a folder of CSV files – through the public API.
//!
//! Facts that were established elsewhere come in by the operator's Record calls and are judged by the same
//! boundaries as of their own day; an order goes through SubmitOrder like anybody's. `BOOK.md` documents files
//! and columns for people, and is generated from [`FILES`].
//!
//! A row is keyed by the id that it chooses, so a book can be sent again: what is there is left alone. That
//! holds for ever, where a request id would be forgotten after a day.
//!
//! Read in this order:
//! 1. [`FILES`]: the files of a book in the order of import, each with its columns;
//! 2. [`read`]: the folder becomes a [`ImportedBook`], or a list of every flaw in it, each with file, line and column;
//! 3. [`send_book`]: the book is sent file by file, and each row gets its [`Verdict`];
//! 4. [`Summary`] and [`write_refusals`]: what came of it.
//!
//! It is a client: it knows the contract and no service. The command around it, with progress bar and exit codes, is
//! [`crate::command::import`].

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
