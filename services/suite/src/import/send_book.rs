//! Sends a book: file by file, because rows depend on rows of earlier files, and many rows of a file at once.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;
use tonic::Status;
use tonic::transport::Channel;

use super::files::File;
use super::read::ImportedBook;
use super::rows::Row;
use super::send_row::{Sender, Sent};
use super::status::{self, Breach};

/// Maximum number of rows of a file that are in flight at once.
pub const ROWS_IN_FLIGHT_MAX: usize = 32;

/// The result of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The row was stored by this import.
    Accepted,
    /// The row was stored before.
    AlreadyThere,
    /// The row was refused, for one reason or several.
    Refused(Vec<Breach>),
    /// The row was not sent: the row of the resource with this name was refused, and this row depends on it.
    DependsOnRefused(String),
}

/// A row with its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The row's file, without `.csv`.
    pub file: &'static str,
    /// The line on which the row begins.
    pub line: u64,
    /// The row's id, unique within its file.
    pub id: String,
    /// The result.
    pub verdict: Verdict,
}

/// The results of a book, in the order of its files and lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Every row that has a result; an interrupted import lacks the rows that it did not reach.
    pub rows: Vec<Outcome>,
}

/// The suite stopped answering during an import. Rows stored so far stay stored, and the book can be sent
/// again.
#[derive(Debug)]
pub struct Interrupted {
    /// The results until then.
    pub report: Report,
    /// The error that ended the import.
    pub status: Box<Status>,
}

impl fmt::Display for Interrupted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, message) = (self.status.code(), self.status.message());
        write!(out, "the suite stopped answering after {} rows: {code:?}: {message}", self.report.rows.len())
    }
}

impl std::error::Error for Interrupted {}

/// Sends the book to the suite behind `channel`, and calls `watch` for each row when its result is known.
///
/// Dropping the future stops the import. Rows stored so far stay stored; the next import finds them there.
///
/// # Errors
/// [`Interrupted`] when a call still fails after all its retries, or fails in a way that every other call
/// would.
pub async fn send_book(
    book: ImportedBook,
    channel: Channel,
    mut watch: impl FnMut(&Outcome),
) -> Result<Report, Interrupted> {
    let sender = Arc::new(Sender::new(channel));
    let mut report = Report::default();
    let mut missing: HashSet<String> = HashSet::new();
    for (file, rows) in book.rows {
        let brings: HashMap<u64, String> = rows.iter().map(|row| (row.line, row.brings.clone())).collect();
        let ended = send_file(&sender, file, rows, &missing, &mut watch).await;
        let (mut played, failure) = ended;
        played.sort_by_key(|row| row.line);
        note_missing(&mut missing, &brings, &played);
        report.rows.append(&mut played);
        if let Some(status) = failure {
            return Err(Interrupted { report, status: Box::new(status) });
        }
    }
    Ok(report)
}

/// Adds to `missing` the names of resources whose rows were not stored, unless another row stored the same
/// resource. Rows of later files that depend on such a name are not sent.
fn note_missing(missing: &mut HashSet<String>, brings: &HashMap<u64, String>, played: &[Outcome]) {
    let named = |row: &Outcome| brings.get(&row.line).filter(|name| !name.is_empty()).cloned();
    let is_in = |row: &&Outcome| matches!(row.verdict, Verdict::Accepted | Verdict::AlreadyThere);
    missing.extend(played.iter().filter(|row| !is_in(row)).filter_map(named));
    for name in played.iter().filter(is_in).filter_map(named) {
        missing.remove(&name);
    }
}

type Lanes = Arc<Mutex<VecDeque<Vec<Row>>>>;
type Answer = Result<Outcome, Status>;

async fn send_file(
    sender: &Arc<Sender>,
    file: &'static File,
    rows: Vec<Row>,
    missing: &HashSet<String>,
    watch: &mut impl FnMut(&Outcome),
) -> (Vec<Outcome>, Option<Status>) {
    let mut played = Vec::with_capacity(rows.len());
    let mut sendable = Vec::with_capacity(rows.len());
    for row in rows {
        match row.needs.iter().find(|name| missing.contains(*name)) {
            Some(name) => {
                let dependent = of(file, &row, Verdict::DependsOnRefused(name.clone()));
                watch(&dependent);
                played.push(dependent);
            }
            None => sendable.push(row),
        }
    }
    let lanes: Lanes = Arc::new(Mutex::new(lanes(sendable)));
    let (tell, mut answers) = mpsc::channel::<Answer>(ROWS_IN_FLIGHT_MAX);
    let mut workers = JoinSet::new();
    for _ in 0..ROWS_IN_FLIGHT_MAX {
        workers.spawn(work(Arc::clone(sender), file, Arc::clone(&lanes), tell.clone()));
    }
    drop(tell);
    while let Some(outcome) = answers.recv().await {
        match outcome {
            Ok(row) => {
                watch(&row);
                played.push(row);
            }
            // Dropping the set aborts the workers.
            Err(status) => return (played, Some(status)),
        }
    }
    (played, None)
}

/// Groups the rows by lane; a lane takes the place of its first row.
fn lanes(rows: Vec<Row>) -> VecDeque<Vec<Row>> {
    let mut lanes: VecDeque<Vec<Row>> = VecDeque::new();
    let mut of_name: HashMap<String, usize> = HashMap::new();
    for row in rows {
        let at = *of_name.entry(row.lane.clone()).or_insert(lanes.len());
        match lanes.get_mut(at) {
            Some(lane) => lane.push(row),
            None => lanes.push_back(vec![row]),
        }
    }
    lanes
}

/// Sends lane after lane, until no lane is left, a call ends the import, or the receiver is dropped.
async fn work(sender: Arc<Sender>, file: &'static File, lanes: Lanes, tell: mpsc::Sender<Answer>) {
    loop {
        let next = lanes.lock().await.pop_front();
        let Some(lane) = next else { return };
        for row in lane {
            let outcome = judge(&sender, &row).await.map(|verdict| of(file, &row, verdict));
            let failed = outcome.is_err();
            if tell.send(outcome).await.is_err() || failed {
                return;
            }
        }
    }
}

async fn judge(sender: &Sender, row: &Row) -> Result<Verdict, Status> {
    let status = match sender.send(row).await {
        Ok(Sent::New) => return Ok(Verdict::Accepted),
        Ok(Sent::Known) => return Ok(Verdict::AlreadyThere),
        Err(status) if status::ends_the_import(&status) => return Err(status),
        Err(status) => status,
    };
    // A row that was stored before may be refused this time: a rule may see the row's own effects, such as a
    // partnership that exists already, or later changes. Such a row counts as already there.
    if status::says_exists(&status, &row.brings) || sender.is_there(row).await {
        return Ok(Verdict::AlreadyThere);
    }
    Ok(Verdict::Refused(sender.breaches(&status).await))
}

fn of(file: &'static File, row: &Row, verdict: Verdict) -> Outcome {
    Outcome { file: file.name, line: row.line, id: row.id.clone(), verdict }
}
