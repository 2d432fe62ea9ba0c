//! Writes a book for `csp import`: `make-book FOLDER [--seed N] [--full]`. The expected verdicts of the
//! book's rows are written to `FOLDER.expected.csv`.

use std::path::PathBuf;
use std::process::ExitCode;

use csp_tests::book::{GeneratedBook, Size};

/// The seed of the committed small book.
const SEED_DEFAULT: u64 = 2026;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let (mut folder, mut seed, mut size) = (None, SEED_DEFAULT, Size::SMALL);
    while let Some(word) = words.next() {
        match (word.as_str(), folder.is_none()) {
            ("--full", _) => size = Size::FULL,
            ("--seed", _) => match words.next().and_then(|word| word.parse().ok()) {
                Some(number) => seed = number,
                None => return misused(),
            },
            (path, true) if !path.starts_with('-') => folder = Some(PathBuf::from(path)),
            _ => return misused(),
        }
    }
    let Some(folder) = folder else { return misused() };
    let book = GeneratedBook::generate(size, seed);
    let written =
        book.write(&folder).and_then(|()| book.write_expected(&folder.with_extension("expected.csv")));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("make-book: {}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

fn misused() -> ExitCode {
    eprintln!("usage: make-book FOLDER [--seed N] [--full]");
    ExitCode::FAILURE
}
