//! Batches questions to a peer. While one batch, a round, is in flight, new questions wait and share the next
//! round. Under load one RPC then answers many callers; a question that arrives alone is sent at once.
//!
//! A question never joins a round that is in flight, so its answer is as fresh as if it had been asked alone.
//! The answer must not depend on the caller, because a round is sent on behalf of only one of its callers.
//!
//! `ARCHITECTURE.md` (section "Parts of our own") has the gain, and the command that measures the gain.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit, oneshot};
use tokio::time::timeout;

use super::broken;
use crate::fault::{Fault, Result};

/// Maximum number of questions in one round.
pub const ROUND_MAX: usize = 16;
/// Maximum time that the next round waits for the round in flight, so that one slow answer does not delay all
/// callers.
const ROUND_WAIT_MAX: Duration = Duration::from_millis(20);

/// A question that can be asked together with others.
pub(super) trait Question: Clone {
    /// Whether one round can contain this question together with `others`. By default every question fits.
    fn fits(&self, _others: &[Self]) -> bool {
        true
    }
}

/// The shared queue of one kind of question. Clones share the queue.
#[derive(Debug)]
pub(super) struct Rounds<Q, A> {
    line: Arc<Mutex<Line<Q, A>>>,
    /// One permit: its holder sends the next round.
    turn: Arc<Semaphore>,
}

#[derive(Debug)]
struct Line<Q, A> {
    last: u64,
    waiting: VecDeque<Waiting<Q, A>>,
}

#[derive(Debug)]
struct Waiting<Q, A> {
    number: u64,
    question: Q,
    tell: oneshot::Sender<A>,
}

/// The questions of one RPC. The first question belongs to the caller that sends the round; `tell` holds the
/// senders for the answers to the others.
struct Round<Q, A> {
    questions: Vec<Q>,
    tell: Vec<oneshot::Sender<A>>,
    /// Whether the remaining questions gain nothing from waiting for this round, because they fill the next
    /// round or do not fit this one. The next round is then sent at once.
    is_passed: bool,
}

impl<Q, A> Clone for Rounds<Q, A> {
    fn clone(&self) -> Self {
        Rounds { line: Arc::clone(&self.line), turn: Arc::clone(&self.turn) }
    }
}

impl<Q: Question, A> Rounds<Q, A> {
    pub(super) fn new() -> Self {
        let line = Line { last: 0, waiting: VecDeque::new() };
        Rounds { line: Arc::new(Mutex::new(line)), turn: Arc::new(Semaphore::new(1)) }
    }

    /// Asks the question with the next round. `ask_all` sends a round and returns the answers in the order of
    /// the questions.
    ///
    /// A round of several questions may fail because of one of the questions, or because the sender's
    /// deadline passed. Each caller then asks its question alone, within its own deadline.
    pub(super) async fn ask<F>(&self, question: Q, ask_all: impl Fn(Vec<Q>) -> F) -> Result<A>
    where
        F: Future<Output = Result<Vec<A>>>,
    {
        let (number, mut told) = self.line().join(question.clone());
        let turn = tokio::select! {
            biased;
            answer = &mut told => Err(answer),
            turn = self.turn.acquire() => Ok(turn.map_err(|_| Fault::internal("the semaphore was closed"))?),
        };
        let answer = match turn {
            Err(answer) => answer.ok(),
            Ok(turn) => {
                let round = self.line().round_of(number);
                match round {
                    Some(round) => round.ask(turn, &ask_all).await?,
                    // The question is already in flight with a slow round.
                    None => {
                        drop(turn);
                        told.await.ok()
                    }
                }
            }
        };
        match answer {
            Some(answer) => Ok(answer),
            None => the_only(ask_all(vec![question]).await?),
        }
    }

    fn line(&self) -> MutexGuard<'_, Line<Q, A>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<Q: Question, A> Line<Q, A> {
    fn join(&mut self, question: Q) -> (u64, oneshot::Receiver<A>) {
        let (tell, told) = oneshot::channel();
        self.last += 1;
        self.waiting.push_back(Waiting { number: self.last, question, tell });
        (self.last, told)
    }

    /// Takes the question with this number from the queue, and with it the other questions that fit, in order
    /// of arrival. `None` when the question is already in flight.
    fn round_of(&mut self, number: u64) -> Option<Round<Q, A>> {
        self.waiting.retain(|waiting| !waiting.tell.is_closed());
        let own = self.waiting.iter().position(|waiting| waiting.number == number)?;
        let own = self.waiting.remove(own)?;
        let mut round = Round { questions: vec![own.question], tell: Vec::new(), is_passed: false };
        for waiting in std::mem::take(&mut self.waiting) {
            let is_full = round.questions.len() == ROUND_MAX;
            if !is_full && waiting.question.fits(&round.questions) {
                round.questions.push(waiting.question);
                round.tell.push(waiting.tell);
            } else {
                round.is_passed |= !is_full;
                self.waiting.push_back(waiting);
            }
        }
        round.is_passed |= self.waiting.len() >= ROUND_MAX;
        Some(round)
    }
}

impl<Q, A> Round<Q, A> {
    /// Sends the round, distributes the answers and returns the answer to the first question; `None` when a
    /// round of several questions failed.
    async fn ask<F>(self, turn: SemaphorePermit<'_>, ask_all: impl Fn(Vec<Q>) -> F) -> Result<Option<A>>
    where
        F: Future<Output = Result<Vec<A>>>,
    {
        let turn = (!self.is_passed).then_some(turn);
        let asked = self.questions.len();
        let answered = holding(turn, ask_all(self.questions)).await;
        if asked == 1 {
            return answered.and_then(the_only).map(Some);
        }
        let answers = answered.unwrap_or_default();
        if answers.len() != asked {
            return Ok(None);
        }
        let mut answers = answers.into_iter();
        let own = answers.next();
        for (tell, answer) in self.tell.into_iter().zip(answers) {
            // The send fails only when the caller is gone.
            drop(tell.send(answer));
        }
        Ok(own)
    }
}

/// The answer to a question that was asked alone.
fn the_only<A>(answers: Vec<A>) -> Result<A> {
    let [answer]: [A; 1] = answers.try_into().map_err(|_| broken("number of answers"))?;
    Ok(answer)
}

/// Waits for the answers. Releases the permit after [`ROUND_WAIT_MAX`], so that the next round can be sent.
async fn holding<T>(turn: Option<SemaphorePermit<'_>>, asked: impl Future<Output = T>) -> T {
    tokio::pin!(asked);
    let Some(turn) = turn else { return asked.await };
    if let Ok(answers) = timeout(ROUND_WAIT_MAX, &mut asked).await {
        return answers;
    }
    drop(turn);
    asked.await
}

#[cfg(test)]
mod tests;
