//! A realistic book for `csp import`, of any size, with a known share of rows that break each rule.
//!
//! It starts from a valid book (`valid`) of actors and deeds (`cast`), and then breaks named rules, one function
//! each (`broken`). The label of a row is what the rules' text says of it, written down beside the breach: it
//! owes nothing to the code that decides. Rows that name a refused row are labelled as its dependents when the
//! book is written.
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

/// How many of everything.
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
    /// Customers, broken ones apart.
    pub customers: usize,
    /// Offers, broken ones apart; at least 8.
    pub offers: usize,
    /// Orders, broken ones apart.
    pub orders: usize,
    /// How often each rule is broken in each way.
    pub breaches: usize,
}

impl Size {
    /// For a look at it: a few hundred rows.
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
    /// A distributor's: over 200 partners in 8 regions, over 2,000 customers, 40 offers, over 5,000 orders.
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

/// A book, with the verdict that each row deserves.
#[derive(Debug, Clone)]
pub struct GeneratedBook {
    entries: Vec<Entry>,
}

impl GeneratedBook {
    /// The book of that size and seed.
    pub fn generate(size: Size, seed: u64) -> GeneratedBook {
        let mut cast = cast::Cast::new(seed);
        let world = valid::build(&mut cast, size);
        broken::add(&mut cast, &world, size.breaches);
        GeneratedBook { entries: entry::with_dependents(cast.into_entries()) }
    }

    /// Its rows, in the order of import.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Writes its files into the folder, which is made where it is missing.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        write::files(&self.entries, folder)
    }

    /// Writes the verdicts as CSV.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_expected(&self, path: &Path) -> io::Result<()> {
        write::verdicts(&self.entries, path)
    }
}
