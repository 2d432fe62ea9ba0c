//! A book is sent: file by file, because rows rest on the files before theirs, and within a file many rows at
//! once.

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

/// Rows of a file that are on their way at once.
pub const ROWS_IN_FLIGHT_MAX: usize = 32;

/// What came of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It was brought in now.
    Accepted,
    /// It was brought in before.
    AlreadyThere,
    /// It was refused, for one reason or several.
    Refused(Vec<Breach>),
    /// It was not sent: what it names, by its resource name, was refused.
    DependsOnRefused(String),
}

/// A row that was sent, or left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its file, without `.csv`.
    pub file: &'static str,
    /// Its line.
    pub line: u64,
    /// What it is known by within its file.
    pub id: String,
    /// What came of it.
    pub verdict: Verdict,
}

/// What came of a book: its rows by file and line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Every row, as far as the import came.
    pub rows: Vec<Outcome>,
}

/// The suite stopped answering. What was sent stands, and the book can be sent again.
#[derive(Debug)]
pub struct Interrupted {
    /// What was sent until then.
    pub report: Report,
    /// What the suite said last.
    pub status: Box<Status>,
}

impl fmt::Display for Interrupted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, message) = (self.status.code(), self.status.message());
        write!(out, "the suite stopped answering after {} rows: {code:?}: {message}", self.report.rows.len())
    }
}

impl std::error::Error for Interrupted {}

/// Sends the book to the suite behind `channel`; `watch` sees each row when its verdict is known.
///
/// Dropping the future stops the import. What was brought in stays, and the next time it is already there.
///
/// # Errors
/// When the suite cannot do a call however often it is asked.
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

/// What rows of later files cannot rest on: what was refused, and no other row brought in.
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
    let (tell, mut told) = mpsc::channel::<Answer>(ROWS_IN_FLIGHT_MAX);
    let mut workers = JoinSet::new();
    for _ in 0..ROWS_IN_FLIGHT_MAX {
        workers.spawn(work(Arc::clone(sender), file, Arc::clone(&lanes), tell.clone()));
    }
    drop(tell);
    while let Some(outcome) = told.recv().await {
        match outcome {
            Ok(row) => {
                watch(&row);
                played.push(row);
            }
            // The workers go with the set.
            Err(status) => return (played, Some(status)),
        }
    }
    (played, None)
}

/// The rows by lane, each lane where its first row stands.
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

/// Sends lane after lane, until there is none or nobody listens.
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
    // A row that was brought in before may be refused now, by what it set itself or by what came later.
    if status::says_exists(&status, &row.brings) || sender.is_there(row).await {
        return Ok(Verdict::AlreadyThere);
    }
    Ok(Verdict::Refused(sender.breaches(&status).await))
}

fn of(file: &'static File, row: &Row, verdict: Verdict) -> Outcome {
    Outcome { file: file.name, line: row.line, id: row.id.clone(), verdict }
}
