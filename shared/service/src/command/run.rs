//! A mutation from its request to its answer: a [`Run`] repeats, decides and refuses, a [`Write`] stores, dry under
//! `validate_only`.
//!
//! A command reads: parse, [`Book::run`], and inside [`Run::settle`] gather, [`Run::decide`], [`Run::write`],
//! [`Write::accept`], its own writes, [`Write::conclude`].

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use csp_policy::{Boundary, Day, Decision, Partner, Permit, decide};
use csp_proto::Mutation;
use csp_store::Tx;

use crate::command::attempt::Attempt;
use crate::command::book::{Accepted, Book};
use crate::command::effect::Effect;
use crate::fault::{Fault, Result};
use crate::peers::RegistryFacts;
use crate::request::call::Call;

/// The mutation that one request of type `R` asks for.
#[derive(Debug)]
pub struct Run<'a, R> {
    book: &'a Book,
    call: &'a Call,
    attempt: Attempt,
    of: PhantomData<fn(R)>,
}

/// What one try of it stores. Nothing lasts before [`Write::conclude`], and nothing at all when the request only
/// validates: the same path runs, and what it wrote is dropped. One that is not concluded is lost: a command whose result
/// is already there says so with [`Write::leave_unchanged`].
#[derive(Debug)]
#[must_use = "a write that is not concluded is lost"]
pub struct Write<'a, R> {
    run: &'a Run<'a, R>,
    tx: Tx,
    decision_id: Option<String>,
    effects: Vec<Effect>,
}

impl Book {
    /// The mutation that `request` asks for.
    ///
    /// # Errors
    /// [`Fault::Invalid`] for a malformed request id.
    pub fn run<'a, R: Mutation>(&'a self, call: &'a Call, request: &R) -> Result<Run<'a, R>> {
        let attempt = Attempt::of_mutation(call, request)?;
        // Recorded here, where a call begins its mutation: a span prints a field as often as it is recorded.
        if let Some(request_id) = attempt.request_id() {
            tracing::Span::current().record("request_id", request_id);
        }
        Ok(Run { book: self, call, attempt, of: PhantomData })
    }
}

impl<R> Run<'_, R> {
    /// Notes a refusal, unless the request only validates, and gives it as a fault.
    pub fn refuse(&self, refused: Box<Decision>) -> Fault {
        self.book.refuse(self.call, &self.attempt, refused)
    }

    /// Whether the request only validates: for commands that call a peer to act, which must not run dry.
    pub fn is_dry(&self) -> bool {
        self.attempt.validates_only()
    }
}

impl<R: Mutation> Run<'_, R> {
    /// Answers a repeat with its first answer; anything else is tried by `act`, from its beginning, until it loses no
    /// race.
    ///
    /// # Errors
    /// What `act` refuses, and [`Fault::RequestIdReused`].
    pub async fn settle<F>(&self, act: impl Fn() -> F) -> Result<R::Response>
    where
        F: Future<Output = Result<R::Response>>,
    {
        let one_try = || async {
            match self.book.first_answer(&self.attempt).await? {
                Some(answer) => Ok(answer),
                // Boxed: without it the nested futures exceed the compiler's depth limit.
                None => Box::pin(act()).await,
            }
        };
        self.book.settle(&self.attempt, one_try).await
    }

    /// The first answer, looked for once more: for a command that waited for another try of itself.
    ///
    /// # Errors
    /// As [`Book::first_answer`].
    pub async fn first_answer(&self) -> Result<Option<R::Response>> {
        self.book.first_answer(&self.attempt).await
    }

    /// What tells its repeats, for work that outlives the call.
    pub fn attempt(&self) -> &Attempt {
        &self.attempt
    }

    /// The partner for which the caller acts: see [`Book::acting`].
    ///
    /// # Errors
    /// [`Fault::Refused`] for a tenant without an account.
    pub fn acting(&self, facts: &RegistryFacts, day: Day, subject: &str) -> Result<Partner> {
        const { assert!(R::BOUNDARY.is_some(), "the contract names no boundary for this RPC") };
        let boundary = R::BOUNDARY.unwrap_or_default();
        self.book.acting(self.call, &self.attempt, boundary, facts, day, subject)
    }

    /// Judges the act at the boundary that the contract names for this RPC – at another one it does not build – and
    /// notes a refusal.
    ///
    /// # Errors
    /// [`Fault::Refused`].
    pub fn decide<B: Boundary>(&self, facts: B) -> Result<Permit<B>> {
        const { assert!(is_guarded_by::<R, B>(), "the contract names another boundary for this RPC") };
        decide(facts).map_err(|refused| self.refuse(refused))
    }

    /// Judges the act at the RPC's own boundary and, where it does a second guarded thing, at another one; a refusal has
    /// the violations of both.
    ///
    /// # Errors
    /// [`Fault::Refused`].
    pub fn decide_both<B: Boundary, C: Boundary>(
        &self,
        facts: B,
        beside: Option<C>,
    ) -> Result<(Permit<B>, Option<Permit<C>>)> {
        const { assert!(is_guarded_by::<R, B>(), "the contract names another boundary for this RPC") };
        match (decide(facts), beside.map(decide).transpose()) {
            (Ok(permit), Ok(other)) => Ok((permit, other)),
            (Err(refused), Ok(_)) | (Ok(_), Err(refused)) => Err(self.refuse(refused)),
            (Err(mut refused), Err(also)) => {
                refused.violations.extend(also.violations);
                refused.revisions.extend(also.revisions);
                Err(self.refuse(refused))
            }
        }
    }

    /// Begins the write of one try. After this only a lost race can refuse.
    pub fn write(&self) -> Write<'_, R> {
        let tx = if self.is_dry() { self.book.store.write_dry() } else { self.book.store.write() };
        Write { run: self, tx, decision_id: None, effects: Vec::new() }
    }
}

impl<R: Mutation> Write<'_, R> {
    /// Saves the decision of an allowed act with this write. `subject` is the name of what is written.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the permit is for anything else.
    pub fn accept<B: Boundary>(&mut self, permit: Permit<B>, subject: &str) -> Result<Accepted<B>> {
        let Run { book, call, attempt, .. } = self.run;
        if attempt.validates_only() {
            return book.rehearse(permit, subject);
        }
        let accepted = book.accept(&mut self.tx, call, attempt, permit, subject)?;
        self.decision_id.get_or_insert_with(|| accepted.decision_id().to_owned());
        Ok(accepted)
    }

    /// Tells the journal what was done to one resource.
    pub fn tell(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Tells the journal what was done to several, in order.
    pub fn tell_all(&mut self, effects: Vec<Effect>) {
        self.effects.extend(effects);
    }

    /// Makes it last, with its journal entries and the answer for repeats, and gives that answer.
    ///
    /// # Errors
    /// [`Fault::LostRace`] when another write came first.
    pub async fn conclude(self, response: R::Response) -> Result<R::Response> {
        let Write { run, tx, decision_id, effects } = self;
        if run.is_dry() {
            // Checks what was put, and drops it.
            tx.commit().await?;
        } else {
            let decision_id = decision_id.as_deref();
            run.book.conclude(tx, run.call, &run.attempt, decision_id, effects, &response).await?;
        }
        Ok(response)
    }
}

impl<R: Mutation> Write<'_, R> {
    /// Ends a write that has nothing to store, since what it asks for is already there: no revision, no event.
    pub fn leave_unchanged(self, response: R::Response) -> R::Response {
        response
    }
}

/// Storing functions take the store's own write.
impl<R> Deref for Write<'_, R> {
    type Target = Tx;

    fn deref(&self) -> &Tx {
        &self.tx
    }
}

impl<R> DerefMut for Write<'_, R> {
    fn deref_mut(&mut self) -> &mut Tx {
        &mut self.tx
    }
}

/// Whether the contract names boundary `B` for the RPC of request `R`: what a command beside the kit asserts at compile
/// time.
pub const fn is_guarded_by<R: Mutation, B: Boundary>() -> bool {
    is_boundary(R::BOUNDARY, B::NAME)
}

const fn is_boundary(named: Option<&str>, used: &str) -> bool {
    let Some(named) = named else { return false };
    let (mut named, mut used) = (named.as_bytes(), used.as_bytes());
    while let ([one, more @ ..], [other, rest @ ..]) = (named, used) {
        if *one != *other {
            return false;
        }
        (named, used) = (more, rest);
    }
    named.is_empty() && used.is_empty()
}
