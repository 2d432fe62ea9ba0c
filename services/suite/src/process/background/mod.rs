//! The background work of a process: it resumes operations that a crash interrupted, erases expired records,
//! numbers committed journal entries for the change feed, and, in development mode, prints mails to the log.

use std::time::Duration;

use csp_service::{Book, Fault};
use csp_store::Store;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout_at};

use crate::process::service::Opened;

#[cfg(test)]
mod tests;

/// The period at which expired records are erased.
pub(crate) const PRUNE_PERIOD: Duration = Duration::from_secs(600);
/// The period at which mails are printed.
pub(crate) const MAIL_PERIOD: Duration = Duration::from_secs(1);
/// Maximum number of mails of one service that are printed in one round.
pub(crate) const MAILS_AT_ONCE_MAX: u32 = 50;
/// Maximum time for all tasks together to end after the signal to stop. Unfinished work resumes at the next
/// start.
pub(crate) const STOP_WAIT_MAX: Duration = Duration::from_secs(10);

/// The running tasks.
pub(crate) struct Background {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// The input of the background work.
pub(crate) struct Work {
    /// The services of the process.
    pub(crate) opened: Vec<Opened>,
    /// Whether mails are printed to the log.
    pub(crate) print_mails: bool,
    /// The time for which journal entries are kept; `None` keeps them for ever.
    pub(crate) journal_retention: Option<Duration>,
}

pub(crate) fn start(work: &Work) -> Background {
    let (stop, stopped) = watch::channel(false);
    let books: Vec<Book> = work.opened.iter().map(|opened| opened.book().clone()).collect();
    let mut tasks = vec![tokio::spawn(prune(books.clone(), work.journal_retention, stopped.clone()))];
    // One task for each service, so that no service waits while another service waits for its peers.
    let opened = work.opened.iter();
    tasks.extend(opened.map(|opened| tokio::spawn(resume_unfinished_work(opened.clone(), stopped.clone()))));
    tasks.extend(books.iter().map(|book| tokio::spawn(sequence(book.clone(), stopped.clone()))));
    if work.print_mails {
        tasks.push(tokio::spawn(deliver_mails(books, stopped)));
    }
    Background { stop, tasks }
}

impl Background {
    /// Stops the tasks. Each finishes the item that it is working on; the wait is bounded by
    /// [`STOP_WAIT_MAX`].
    pub(crate) async fn stop(self) {
        self.stop.send_replace(true);
        let until = Instant::now() + STOP_WAIT_MAX;
        for task in self.tasks {
            match timeout_at(until, task).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "background task panicked; a restart resumes it"),
                Err(_) => tracing::warn!("background work did not stop in time; the next start resumes it"),
            }
        }
    }
}

/// Waits for the next round; false when the process stops.
async fn next_turn(timer: &mut tokio::time::Interval, stopped: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        _ = timer.tick() => true,
        _ = stopped.wait_for(|stop| *stop) => false,
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut timer = interval(period);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    timer
}

async fn resume_unfinished_work(opened: Opened, mut stopped: watch::Receiver<bool>) {
    let mut timer = every(csp_customer::RESUME_PERIOD);
    while next_turn(&mut timer, &mut stopped).await {
        if let Err(fault) = opened.resume_unfinished_work(|| !*stopped.borrow()).await {
            let service = opened.book().service;
            tracing::warn!(service, ?fault, "unfinished work was not resumed; the next round tries again");
        }
    }
}

/// Numbers the journal entries for the change feed. Every process of a service runs its own sequencer.
async fn sequence(book: Book, mut stopped: watch::Receiver<bool>) {
    book.run_sequencer(async { drop(stopped.wait_for(|stop| *stop).await) }).await;
}

async fn prune(books: Vec<Book>, journal_retention: Option<Duration>, mut stopped: watch::Receiver<bool>) {
    let mut timer = every(PRUNE_PERIOD);
    while next_turn(&mut timer, &mut stopped).await {
        for book in &books {
            if let Err(fault) = prune_book(book, journal_retention, &stopped).await {
                tracing::warn!(service = book.service, ?fault, "expired records not erased; will be retried");
            }
        }
    }
}

/// Erases in batches, each in its own transaction, so that other writers are not blocked for long.
async fn prune_book(
    book: &Book,
    journal_retention: Option<Duration>,
    stopped: &watch::Receiver<bool>,
) -> Result<(), Fault> {
    while book.prune().await? && !*stopped.borrow() {}
    if let Some(keep) = journal_retention {
        while book.prune_journal(keep).await? && !*stopped.borrow() {}
    }
    Ok(())
}

async fn deliver_mails(books: Vec<Book>, mut stopped: watch::Receiver<bool>) {
    let mut timer = every(MAIL_PERIOD);
    while next_turn(&mut timer, &mut stopped).await {
        if let Err(error) = deliver_pending(&books).await {
            tracing::warn!(%error, "mails were not printed; the next round tries again");
        }
    }
}

/// Prints the waiting mails and erases each after it is printed: development mode has no mail server.
async fn deliver_pending(books: &[Book]) -> Result<(), csp_store::Error> {
    for book in books {
        deliver_pending_of(&book.store).await?;
    }
    Ok(())
}

async fn deliver_pending_of(store: &Store) -> Result<(), csp_store::Error> {
    let pending = csp_store::outbox::pending(&mut *store.read().await?, MAILS_AT_ONCE_MAX).await?;
    for mail in pending {
        tracing::info!(
            to = mail.recipient.0,
            subject = mail.subject.0,
            "mail (development mode prints it)\n{}",
            mail.body.0
        );
        let mut tx = store.write();
        csp_store::outbox::acknowledge(tx.conn().await?, &mail.id).await?;
        tx.commit().await?;
    }
    Ok(())
}
