//! Questions to a peer that are asked together: while one round of them is out, those who come wait, and go with the
//! next. Under load a peer answers many callers at once; whoever comes alone waits for nobody.
//!
//! A question never joins a round that is out: its answer is as fresh as if it had been asked by itself. An answer
//! must not depend on who asks, since a round is asked on behalf of one of those who wait for it.
//!
//! They earn their place: at 32 orders in flight an order makes about 1.5 RPCs to its peers instead of 4, and 1609 orders
//! a second are placed instead of 1055. `cargo run --release -p csp-tests --bin bench -- --postgres` measures it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit, oneshot};
use tokio::time::timeout;

use super::broken;
use crate::fault::{Fault, Result};

/// Questions of one round, at most.
pub const ROUND_MAX: usize = 16;
/// How long the next round waits for one that is out: a peer that is slow once is not waited for by everybody.
const ROUND_WAIT_MAX: Duration = Duration::from_millis(20);

/// A question that may be asked with others.
pub(super) trait Question: Clone {
    /// Whether one round can ask it together with `others`: any, where nothing else is said.
    fn fits(&self, _others: &[Self]) -> bool {
        true
    }
}

/// Where those who ask the same kind of question meet. Clones are the same.
#[derive(Debug)]
pub(super) struct Rounds<Q, A> {
    line: Arc<Mutex<Line<Q, A>>>,
    /// Whoever has it sends the next round.
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

/// What is asked at once: the first is of whoever asks.
struct Round<Q, A> {
    questions: Vec<Q>,
    tell: Vec<oneshot::Sender<A>>,
    /// Whether somebody is left who has nothing to gain from waiting for it: the next round is full already, or is of
    /// another kind.
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

    /// Asks with the next round; `ask_all` sends it, and gives the answers in the order of the questions.
    ///
    /// A round that fails may do so for the question of one, or for its sender's want of time: then everybody asks by
    /// themselves, with what time they have.
    pub(super) async fn ask<F>(&self, question: Q, ask_all: impl Fn(Vec<Q>) -> F) -> Result<A>
    where
        F: Future<Output = Result<Vec<A>>>,
    {
        let (number, mut told) = self.line().join(question.clone());
        let turn = tokio::select! {
            biased;
            answer = &mut told => Err(answer),
            turn = self.turn.acquire() => Ok(turn.map_err(|_| Fault::internal("a turn that was closed"))?),
        };
        let answer = match turn {
            Err(answer) => answer.ok(),
            Ok(turn) => {
                let round = self.line().round_of(number);
                match round {
                    Some(round) => round.ask(turn, &ask_all).await?,
                    // It is out with a round that takes long.
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

    /// Takes the question of that number, and of the others what fits, first come, first served. `None` when it was
    /// taken before.
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
    /// Asks, tells the others, and gives the answer to the first question; `None` when a round of several failed.
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
            // Whoever went away needs none.
            drop(tell.send(answer));
        }
        Ok(own)
    }
}

/// The answer to a question that was asked by itself.
fn the_only<A>(answers: Vec<A>) -> Result<A> {
    let [answer]: [A; 1] = answers.try_into().map_err(|_| broken("number of answers"))?;
    Ok(answer)
}

/// Waits for the answers, and holds the turn no longer than others may wait for it.
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
