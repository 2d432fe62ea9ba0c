//! The command `csp import`: its exit codes, its file of refusals, and `--dry-run`.

use std::path::Path;

use clap::Parser;
use csp_proto::partner_registry::v1::ListOrganizationsRequest;
use csp_service::Clock;
use csp_suite::cli::Cli;
use csp_suite::import;
use csp_suite::process::temporary_suite::TemporarySuite;
use csp_tests::Running;
use csp_tests::book::Size;

use crate::import::played::{must_match, verdicts, written};

/// The exit code of `csp import` with these arguments.
async fn exit_code_of(words: &[&str]) -> String {
    let code = Cli::parse_from([&["csp", "import"], words].concat()).run().await;
    format!("{code:?}")
}

fn code(number: u8) -> String {
    format!("{:?}", std::process::ExitCode::from(number))
}

async fn organizations(suite: &Running) -> usize {
    let answer = suite.operator().registry().list_organizations(ListOrganizationsRequest::default()).await;
    answer.unwrap().into_inner().organizations.len()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_rows_are_listed_with_rule_reason_and_remedy() {
    let (suite, book) = (Running::start().await, written(Size::SMALL));
    let refusals = book.folder.path().join("refusals.txt");
    let server = suite.address().to_string();
    let folder = text(book.folder.path());
    let ended = exit_code_of(&[folder, "--server", &server, "--refusals", text(&refusals)]).await;
    assert_eq!(ended, code(2));

    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_path(&refusals).unwrap().records().map(Result::unwrap).collect();
    let unsigned = rows.iter().find(|row| &row[4] == "AGR-03").unwrap();
    assert_eq!(&unsigned[5], "PARTNER_AGREEMENT_UNSIGNED");
    assert!(
        rows.iter().filter(|row| !row[4].is_empty()).all(|row| !row[7].is_empty()),
        "every violated rule has a remedy"
    );
    assert!(rows.iter().any(|row| &row[5] == "DEPENDS_ON_REFUSED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_without_refused_rows_exits_with_0() {
    let suite = Running::start().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("organizations.csv");
    std::fs::write(path, "organization_id,legal_name,country\ncontoso,Contoso,DE\n").unwrap();
    let server = suite.address().to_string();
    for _ in 0..2 {
        assert_eq!(exit_code_of(&[text(folder.path()), "--server", &server]).await, code(0));
    }
    assert_eq!(organizations(&suite).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_book_or_an_unreachable_suite_exits_with_1() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(exit_code_of(&[text(folder.path())]).await, code(1));
    let book = written(Size::SMALL);
    // Nothing listens on port 1.
    assert_eq!(exit_code_of(&[text(book.folder.path()), "--server", "127.0.0.1:1"]).await, code(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_decides_at_the_instant_given_with_at() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("organizations", "organization_id,legal_name,country\ncontoso,Contoso,DE\n"),
        (
            "partners",
            "partner_id,organization,tenant,kind,legal_name,country,contact_email,date,source\n\
             contoso,contoso,contoso.example,INDIRECT_RESELLER,Contoso,DE,ada@contoso.example,2190-01-01,export\n",
        ),
    ];
    for (name, text) in files {
        std::fs::write(folder.path().join(format!("{name}.csv")), text).unwrap();
    }
    let (nowhere, refusals) = (folder.path().join("nowhere"), folder.path().join("refusals.txt"));
    let dry = [text(folder.path()), "--dry-run", "--data", text(&nowhere), "--refusals", text(&refusals)];
    let by = |at| [dry.as_slice(), &["--at", at]].concat();
    assert_eq!(
        exit_code_of(&dry).await,
        code(2),
        "by the machine's clock the account's date is in the future"
    );
    assert_eq!(exit_code_of(&by("2190-02-01T00:00:00Z")).await, code(0));
    assert_eq!(exit_code_of(&by("2001-02-01T00:00:00Z")).await, code(1), "`--at` must not be in the past");
    let without_a_dry_run = ["csp", "import", text(folder.path()), "--at", "2190-02-01T00:00:00Z"];
    assert!(Cli::try_parse_from(without_a_dry_run).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_decides_on_the_stored_data_and_stores_nothing() {
    let (suite, book) = (Running::start().await, written(Size::SMALL));
    suite.organization("contoso", "DE").await;
    // The temporary suite copies the data folder while the suite runs on it.
    let clock = Clock::starting_at(suite.clock.now());
    let copy = TemporarySuite::open(suite.folder(), clock, true).await.unwrap();
    let channel = tonic::transport::Endpoint::from_shared(format!("http://{}", copy.address())).unwrap();
    let report = import::send_book(book.read(), channel.connect_lazy(), |_| {}).await.unwrap();
    copy.close().await.unwrap();
    must_match(&verdicts(&report), &book.expected());
    assert_eq!(organizations(&suite).await, 1);

    let refusals = book.folder.path().join("refusals.txt");
    let (data, folder) = (text(suite.folder()), text(book.folder.path()));
    let ended = exit_code_of(&[folder, "--dry-run", "--data", data, "--refusals", text(&refusals)]).await;
    assert_eq!(ended, code(2));
    assert_eq!(organizations(&suite).await, 1);
}
