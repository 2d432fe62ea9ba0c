//! A realistic book for `csp import`, of any size, with a known share of rows that break each rule.
//!
//! Generation starts from a valid book (`valid`), made of partners, customers and their rows (`cast`). Then
//! breaches are added (`broken`): each is one function that breaks named rules. The label of a row is its
//! expected verdict. A breach states its labels itself, by the text of the rules: they do not come from the
//! code that decides. At the end, each row that refers to a refused row is labelled as dependent on it.
//!
//! The same size and seed give the same book.

mod broken;
mod cast;
mod entry;
mod valid;
mod write;

pub use broken::breaches;
pub use entry::{Entry, Label};
pub use write::expected;

use std::io;
use std::path::Path;

/// How many rows of each kind a book has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Regions, at most 8.
    pub regions: usize,
    /// Providers of each region.
    pub providers: usize,
    /// Direct-bill partners of each region.
    pub direct_bill: usize,
    /// Resellers of each region.
    pub resellers: usize,
    /// Customers, not counting those of breaches.
    pub customers: usize,
    /// Offers, not counting those of breaches; at least 8.
    pub offers: usize,
    /// Orders, not counting those of breaches.
    pub orders: usize,
    /// How often each breach occurs.
    pub breaches: usize,
}

impl Size {
    /// A few hundred rows: small enough to read.
    pub const SMALL: Size = Size {
        regions: 2,
        providers: 1,
        direct_bill: 1,
        resellers: 3,
        customers: 60,
        offers: 12,
        orders: 120,
        breaches: 1,
    };
    /// A distributor's book: over 200 partners in 8 regions, over 2,000 customers, 40 offers, over 5,000
    /// orders.
    pub const FULL: Size = Size {
        regions: 8,
        providers: 3,
        direct_bill: 3,
        resellers: 20,
        customers: 2000,
        offers: 40,
        orders: 5000,
        breaches: 8,
    };
}

/// A book, with the expected verdict of each row.
#[derive(Debug, Clone)]
pub struct GeneratedBook {
    entries: Vec<Entry>,
}

impl GeneratedBook {
    /// The book of this size and seed.
    pub fn generate(size: Size, seed: u64) -> GeneratedBook {
        let mut cast = cast::Cast::new(seed);
        let world = valid::build(&mut cast, size);
        broken::add(&mut cast, &world, size.breaches);
        GeneratedBook { entries: entry::with_dependents(cast.into_entries()) }
    }

    /// The rows, in the order of import.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Writes the CSV files into `folder`, which is created if it is missing.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        write::files(&self.entries, folder)
    }

    /// Writes the expected verdicts as CSV.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_expected(&self, path: &Path) -> io::Result<()> {
        write::verdicts(&self.entries, path)
    }
}
