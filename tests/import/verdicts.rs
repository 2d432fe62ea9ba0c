//! What comes of the rows of a book.

use std::collections::BTreeSet;

use csp_suite::import::{self, FILES, Summary};
use csp_tests::Running;
use csp_tests::book::{Label, Size, breaches};

use crate::import::played::{must_match, verdicts, written};

/// Rows after which the interrupted import is stopped.
const ROWS_BEFORE_THE_STOP: usize = 230;

/// 13,000 rows: a minute or two in a debug build.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_row_of_a_distributors_book_gets_the_verdict_that_it_deserves() {
    let (suite, book) = (Running::start().await, written(Size::FULL));
    let report = book.play(&suite).await;
    eprintln!("{}", Summary::of(&report));
    must_match(&verdicts(&report), &book.expected());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_import_that_is_run_again_even_days_later_repeats_nothing() {
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
async fn an_import_that_was_killed_goes_on_where_it_stopped() {
    let (suite, book) = (Running::start().await, written(Size::SMALL));
    let (stop, mut rows) = (tokio::sync::Notify::new(), 0);
    let watch = |_: &import::Outcome| {
        rows += 1;
        if rows == ROWS_BEFORE_THE_STOP {
            stop.notify_one();
        }
    };
    // Looked at first, and in the import's own task: it goes on for no longer than it goes without waiting.
    tokio::select! {
        biased;
        () = stop.notified() => {}
        played = import::send_book(book.read(), suite.channel(), watch) => panic!("it came to its end: {played:?}"),
    }

    let report = book.play(&suite).await;
    let summary = Summary::of(&report);
    assert!(summary.total.accepted > 0 && summary.total.already_there > 0, "{summary}");
    // Whether a row came in before or after the stop, it came in once.
    let found = verdicts(&report).into_iter();
    let found = found.map(|(key, verdict)| (key, verdict.replace("already there", "accepted"))).collect();
    must_match(&found, &book.expected());
}

#[test]
fn a_book_breaks_rules_in_every_file_a_known_number_of_times() {
    let book = written(Size::FULL).book;
    let of = |file: &str| book.entries().iter().filter(|row| row.file == file).count();
    assert!(of("partners") >= 200 && of("customers") >= 2000 && of("offers") >= 40 && of("orders") >= 5000);
    let broken: Vec<_> = book.entries().iter().filter(|row| matches!(row.label, Label::Refused(_))).collect();
    for file in FILES {
        assert!(broken.iter().any(|row| row.file == file.name), "no row of {} is broken", file.name);
    }
    // Each breach spoils one row each time.
    assert_eq!(broken.len(), breaches().len() * Size::FULL.breaches);
    assert_eq!(breaches().len(), breaches().iter().collect::<BTreeSet<_>>().len());
}

#[test]
fn the_committed_book_is_the_generated_one() {
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
