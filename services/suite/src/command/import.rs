//! `csp import`: reads the book, sends it to a suite, shows the progress, and sets the exit code.

use std::fmt::Write as _;
use std::fs::File;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use csp_service::{Clock, ClockError};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;

use crate::command::client;
use crate::command::output::say;
use crate::config::LISTEN_DEFAULT;
use crate::failure::Failure;
use crate::import::{
    ImportedBook, Interrupted, Outcome, Report, Summary, Verdict, read, send_book, write_refusals,
};
use crate::process::temporary_suite::{TemporarySuite, TemporarySuiteError};

/// The arguments of `csp import`. The exit code is 0 when every row is stored, 1 when nothing was sent, 2
/// when rows were refused, and 3 when the suite stopped answering during the import.
#[derive(Debug, Args)]
pub struct Import {
    /// Folder of the book; services/suite/BOOK.md documents its files
    pub folder: PathBuf,
    /// The suite to import into
    #[arg(long, default_value = LISTEN_DEFAULT)]
    pub server: SocketAddr,
    /// File for the list of refusals, as CSV
    #[arg(long, default_value = "refusals.csv")]
    pub refusals: PathBuf,
    /// Import into a copy of the data folder, and delete the copy at the end; needs no running suite
    #[arg(long)]
    pub dry_run: bool,
    /// The data folder that a dry run copies; when there is no such folder, the dry run starts empty
    #[arg(long, default_value = "csp-data")]
    pub data: PathBuf,
    /// The instant at which the clock of a dry run starts, like 2027-03-01T09:00:00Z, to match a suite whose
    /// development clock was moved. Left out: now
    #[arg(long, value_name = "INSTANT", requires = "dry_run")]
    pub at: Option<Timestamp>,
    /// In a dry run, as in `csp up`: accept a provider's order that names no reseller (rule SAL-01)
    #[arg(long, requires = "dry_run")]
    pub allow_orders_without_reseller: bool,
}

/// Exit code when rows were refused; the other rows are stored.
const REFUSED: u8 = 2;
/// Exit code when the suite stopped answering during the import; rows sent before that stay stored.
const INTERRUPTED: u8 = 3;

/// The template of the progress bar.
const TEMPLATE: &str = "{msg:<20} {wide_bar} {pos}/{len} rows, {eta} left";

/// Imports the book. The summary goes to the standard output, everything else to the standard error stream.
pub(crate) async fn run(asked: Import) -> ExitCode {
    match import(&asked).await {
        Ok(Ok(report)) => report_outcome(&asked.refusals, &report, None),
        Ok(Err(interrupted)) => report_outcome(&asked.refusals, &interrupted.report, Some(&interrupted)),
        Err(failure) => {
            eprintln!("csp: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Imports the book. The outer error means that nothing was sent, the inner one that the suite stopped
/// answering.
async fn import(asked: &Import) -> Result<Result<Report, Interrupted>, Failure> {
    let book = read(&asked.folder).map_err(|unreadable| Failure::Usage(unreadable.to_string()))?;
    if !asked.dry_run {
        let channel = client::open(asked.server).await?;
        return Ok(watched(book, channel).await);
    }
    let failed = |error: TemporarySuiteError| Failure::Usage(error.to_string());
    let require_reseller = !asked.allow_orders_without_reseller;
    let clock = clock(asked).map_err(|error| Failure::Usage(format!("--at: {error}")))?;
    let copy = TemporarySuite::open(&asked.data, clock, require_reseller).await.map_err(failed)?;
    let played = watched(book, client::open(copy.address()).await?).await;
    copy.close().await.map_err(failed)?;
    eprintln!("dry run: nothing was stored");
    Ok(played)
}

/// The clock of a dry run: the system's clock, moved forward to `--at` when it is given.
fn clock(asked: &Import) -> Result<Clock, ClockError> {
    let clock = Clock::system();
    if let Some(at) = asked.at {
        clock.set(at)?;
    }
    Ok(clock)
}

async fn watched(book: ImportedBook, channel: tonic::transport::Channel) -> Result<Report, Interrupted> {
    let mut progress = Progress::new(&book);
    let played = send_book(book, channel, |row| progress.note(row)).await;
    progress.finish();
    played
}

fn report_outcome(path: &Path, report: &Report, interrupted: Option<&Interrupted>) -> ExitCode {
    let summary = Summary::of(report);
    let mut text = summary.to_string();
    let mut code = ExitCode::SUCCESS;
    if !summary.is_clean() {
        code = ExitCode::from(REFUSED);
        let written =
            File::create(path).map_err(csv::Error::from).and_then(|file| write_refusals(report, file));
        // Writing to a string cannot fail.
        let _infallible = match written {
            Ok(()) => write!(text, "\nrefusals, with reason and remedy: {}", path.display()),
            Err(error) => {
                eprintln!("csp: the refusals could not be written to `{}`: {error}", path.display());
                Ok(())
            }
        };
    }
    say(text.trim_end().to_owned());
    if let Some(interrupted) = interrupted {
        eprintln!("csp: {interrupted}; what was played stands, run the import again");
        code = ExitCode::from(INTERRUPTED);
    }
    code
}

/// Shows the progress: as a bar on a terminal, otherwise as one line for each finished file.
struct Progress {
    bar: Option<ProgressBar>,
    files: Vec<(&'static str, usize)>,
    done: usize,
    refused: usize,
}

impl Progress {
    fn new(book: &ImportedBook) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(u64::try_from(book.row_count()).unwrap_or(u64::MAX));
            if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
                bar.set_style(style);
            }
            bar
        });
        let files = book.files().into_iter().map(|(file, rows)| (file.name, rows)).collect();
        Progress { bar, files, done: 0, refused: 0 }
    }

    fn note(&mut self, row: &Outcome) {
        if let Some(bar) = &self.bar {
            if bar.message() != row.file {
                bar.set_message(row.file);
            }
            bar.inc(1);
            return;
        }
        self.done += 1;
        if !matches!(row.verdict, Verdict::Accepted | Verdict::AlreadyThere) {
            self.refused += 1;
        }
        let rows = self.files.iter().find(|(name, _)| *name == row.file).map_or(0, |(_, rows)| *rows);
        if self.done >= rows {
            eprintln!("{}: {rows} rows, {} of them refused or dependent", row.file, self.refused);
            (self.done, self.refused) = (0, 0);
        }
    }

    fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
