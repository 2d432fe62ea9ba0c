//! The verdicts on the rows of a generated book, in a first, a repeated and an interrupted import.

use std::collections::BTreeSet;

use csp_suite::import::{self, FILES, Summary};
use csp_tests::Running;
use csp_tests::book::{Label, Size, breaches};

use crate::import::played::{must_match, verdicts, written};

/// The number of rows after which the interrupted import is stopped.
const ROWS_BEFORE_THE_STOP: usize = 230;

/// The book has 13,000 rows, which take one or two minutes in a debug build.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_row_of_a_distributors_book_gets_the_expected_verdict() {
    let (suite, book) = (Running::start().await, written(Size::FULL));
    let report = book.play(&suite).await;
    eprintln!("{}", Summary::of(&report));
    must_match(&verdicts(&report), &book.expected());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_repeated_import_stores_nothing_twice_even_days_later() {
    let (suite, book) = (Running::start().await, written(Size::SMALL));
    must_match(&verdicts(&book.play(&suite).await), &book.expected());
    must_match(&verdicts(&book.play(&suite).await), &book.expected_again());

    suite.clock.set("2026-11-30T12:00:00Z".parse().unwrap()).unwrap();
    for book in suite.suite().books() {
        book.prune().await.unwrap();
    }
    must_match(&verdicts(&book.play(&suite).await), &book.expected_again());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_repeated_import_completes_an_interrupted_one() {
    let (suite, book) = (Running::start().await, written(Size::SMALL));
    let (stop, mut rows) = (tokio::sync::Notify::new(), 0);
    let watch = |_: &import::Outcome| {
        rows += 1;
        if rows == ROWS_BEFORE_THE_STOP {
            stop.notify_one();
        }
    };
    // The stop is polled first, and in the import's own task: the import ends the next time that it waits.
    tokio::select! {
        biased;
        () = stop.notified() => {}
        played = import::send_book(book.read(), suite.channel(), watch) => panic!("the import ended too early: {played:?}"),
    }

    let report = book.play(&suite).await;
    let summary = Summary::of(&report);
    assert!(summary.total.accepted > 0 && summary.total.already_there > 0, "{summary}");
    // Each row was stored once, before or after the stop.
    let found = verdicts(&report).into_iter();
    let found = found.map(|(key, verdict)| (key, verdict.replace("already there", "accepted"))).collect();
    must_match(&found, &book.expected());
}

#[test]
fn the_generated_book_has_each_breach_as_often_as_requested() {
    let book = written(Size::FULL).book;
    let of = |file: &str| book.entries().iter().filter(|row| row.file == file).count();
    assert!(of("partners") >= 200 && of("customers") >= 2000 && of("offers") >= 40 && of("orders") >= 5000);
    let broken: Vec<_> = book.entries().iter().filter(|row| matches!(row.label, Label::Refused(_))).collect();
    for file in FILES {
        assert!(broken.iter().any(|row| row.file == file.name), "no row of {} is broken", file.name);
    }
    // Each breach breaks one row each time that it is applied.
    assert_eq!(broken.len(), breaches().len() * Size::FULL.breaches);
    assert_eq!(breaches().len(), breaches().iter().collect::<BTreeSet<_>>().len());
}

#[test]
fn the_committed_book_is_up_to_date() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/book/small");
    let fresh = tempfile::tempdir().unwrap();
    let book = csp_tests::book::GeneratedBook::generate(Size::SMALL, 2026);
    book.write(fresh.path()).unwrap();
    for file in FILES {
        let text = |folder: &std::path::Path| std::fs::read_to_string(folder.join(file.file_name())).unwrap();
        let same = text(fresh.path()) == text(std::path::Path::new(folder));
        assert!(
            same,
            "{} is stale: run `cargo run -p csp-tests --bin make-book -- tests/book/small`",
            file.name
        );
    }
}
