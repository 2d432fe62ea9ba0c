//! A mutation from its request to its answer. [`Run`] answers repeats, decides and refuses; [`Write`] stores,
//! except for a preview (a request with `validate_only`), whose writes are dropped.
//!
//! A command has these steps: parse, [`Book::run`], and inside [`Run::settle`] gather facts, [`Run::decide`],
//! [`Run::write`], [`Write::accept`], its own writes, [`Write::conclude`].

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use csp_policy::{Boundary, Decision, Partner, Permit, decide, decide_both};
use csp_proto::Mutation;
use csp_store::{Tx, decision};
use jiff::Timestamp;

use crate::command::attempt::Attempt;
use crate::command::book::{Accepted, Book};
use crate::command::effect::Effect;
use crate::command::preview::{self, Touched};
use crate::fault::{Fault, Result};
use crate::peers::RegistryFacts;
use crate::request::call::Call;

/// The execution of one mutation request of type `R`.
#[derive(Debug)]
pub struct Run<'a, R> {
    book: &'a Book,
    call: &'a Call,
    attempt: Attempt,
    of: PhantomData<fn(R)>,
}

/// The transaction of one try of a mutation. Nothing is stored before [`Write::conclude`]. For a preview the
/// same code runs and its writes are dropped. A `Write` that is dropped before its conclusion stores nothing.
/// A command whose result is already there stores its decision and its answer only: see [`Write::conclude`].
#[derive(Debug)]
#[must_use = "a write that is not concluded is lost"]
pub struct Write<'a, R> {
    run: &'a Run<'a, R>,
    /// The call under the admin grant by which the caller acts on a customer's behalf; `None` for a caller
    /// that acts for itself.
    on_behalf: Option<Box<Call>>,
    tx: Tx,
    decisions: Vec<decision::Decision>,
    effects: Vec<Effect>,
}

impl Book {
    /// Starts the mutation that `request` asks for.
    ///
    /// # Errors
    /// [`Fault::Invalid`] for a malformed request id.
    pub fn run<'a, R: Mutation>(&'a self, call: &'a Call, request: &R) -> Result<Run<'a, R>> {
        let attempt = Attempt::of_mutation(call, request)?;
        // Recorded once per call: a span prints a field again each time it is recorded.
        if let Some(request_id) = attempt.request_id() {
            tracing::Span::current().record("request_id", request_id);
        }
        Ok(Run { book: self, call, attempt, of: PhantomData })
    }
}

impl<R> Run<'_, R> {
    fn begin(&self) -> Tx {
        if self.is_dry() { self.book.store.write_dry() } else { self.book.store.write() }
    }

    /// Stores a refused decision, best effort, and returns the refusal as a fault.
    pub fn refuse(&self, refused: Box<Decision>) -> Fault {
        self.book.refuse(self.call, &self.attempt, refused)
    }

    /// Whether the request is a preview (`validate_only`). A command must not send a peer a request that
    /// changes something when this is true.
    pub fn is_dry(&self) -> bool {
        self.attempt.validates_only()
    }
}

impl<R: Mutation> Run<'_, R> {
    /// Answers a repeat with the stored first answer. Runs a new request with `act`, and retries `act` from
    /// its beginning after a lost race.
    ///
    /// # Errors
    /// The faults of `act`, and [`Fault::RequestIdReused`].
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

    /// Looks up the first answer again: for a command that waited for a concurrent try of the same request.
    ///
    /// # Errors
    /// As [`Book::first_answer`].
    pub async fn first_answer(&self) -> Result<Option<R::Response>> {
        self.book.first_answer(&self.attempt).await
    }

    /// The attempt, which identifies repeats of the request: for work that outlives the call.
    pub fn attempt(&self) -> &Attempt {
        &self.attempt
    }

    /// The partner for which the caller acts: see [`Book::acting`].
    ///
    /// # Errors
    /// [`Fault::Refused`] for a tenant without an account.
    pub fn acting(&self, facts: &RegistryFacts, now: Timestamp, subject: &str) -> Result<Partner> {
        const { assert!(R::BOUNDARY.is_some(), "the contract names no boundary for this RPC") };
        let boundary = R::BOUNDARY.unwrap_or_default();
        self.book.acting(self.call, &self.attempt, boundary, facts, now, subject)
    }

    /// Decides the act at the boundary that the contract names for this RPC, and stores a refused decision.
    /// Another boundary does not compile.
    ///
    /// # Errors
    /// [`Fault::Refused`].
    pub fn decide<B: Boundary>(&self, facts: B) -> Result<Permit<B>> {
        const { assert!(is_guarded_by::<R, B>(), "the contract names another boundary for this RPC") };
        decide(facts).map_err(|refused| self.refuse(refused))
    }

    /// Decides the act at the RPC's own boundary and, for a second guarded act, also at `beside`. A refusal
    /// carries the violations of both boundaries.
    ///
    /// # Errors
    /// [`Fault::Refused`].
    pub fn decide_both<B: Boundary, C: Boundary>(
        &self,
        facts: B,
        beside: Option<C>,
    ) -> Result<(Permit<B>, Option<Permit<C>>)> {
        const { assert!(is_guarded_by::<R, B>(), "the contract names another boundary for this RPC") };
        decide_both(facts, beside).map_err(|refused| self.refuse(refused))
    }

    /// The response to a preview, without what only the act makes: see [`preview`].
    ///
    /// # Errors
    /// [`Fault::Internal`] when the response is not a message of the contract.
    pub fn previewed(&self, response: R::Response, touched: &[Touched<'_>]) -> Result<R::Response> {
        preview::response(response, &self.attempt.previewed, touched)
    }

    /// Begins the transaction of one try. After this point only a lost race may refuse the command.
    pub fn write(&self) -> Write<'_, R> {
        self.write_on_behalf(None)
    }

    /// Like [`Run::write`], for a caller that acts on a customer's behalf by the admin grant of that name:
    /// decision and events name the grant and the customer.
    pub fn write_on_behalf(&self, grant: Option<&str>) -> Write<'_, R> {
        let tx = self.begin();
        let on_behalf = grant.map(|grant| Box::new(self.call.clone().under(grant)));
        Write { run: self, on_behalf, tx, decisions: Vec::new(), effects: Vec::new() }
    }
}

impl<R: Mutation> Write<'_, R> {
    /// Saves the decision of an allowed act with this write. `subject` is the name of the resource that is
    /// written.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the permit is for another subject.
    pub fn accept<B: Boundary>(&mut self, permit: Permit<B>, subject: &str) -> Result<Accepted<B>> {
        let Run { book, attempt, .. } = self.run;
        let call = self.on_behalf.as_deref().unwrap_or(self.run.call);
        if attempt.validates_only() {
            return book.accept_preview(call, permit, subject);
        }
        let (accepted, decision) = book.accepted(call, attempt, permit, subject)?;
        self.decisions.push(decision);
        Ok(accepted)
    }

    /// Adds the change of one resource to the journal.
    pub fn tell(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Adds the changes of several resources to the journal, in order.
    pub fn tell_all(&mut self, effects: Vec<Effect>) {
        self.effects.extend(effects);
    }

    /// Commits the write with its journal entries and the answer for repeats, and returns the answer. When
    /// every resource that was told is as it was before, the write is left unchanged.
    ///
    /// # Errors
    /// [`Fault::LostRace`] when another write committed first.
    pub async fn conclude(mut self, response: R::Response) -> Result<R::Response> {
        let has_told = !self.effects.is_empty();
        self.effects.retain(Effect::is_change);
        if has_told && self.effects.is_empty() {
            return self.leave_unchanged(response).await;
        }
        let Write { run, on_behalf, mut tx, decisions, effects } = self;
        if run.is_dry() {
            // For a preview the commit only checks the statements and stores nothing.
            tx.commit().await?;
            return run.previewed(response, &effects.iter().map(Effect::touched).collect::<Vec<_>>());
        }
        decisions.iter().for_each(|decision| decision::save(&mut tx, decision));
        let decision_id = decisions.first().map(|decision| decision.id.as_str());
        let call = on_behalf.as_deref().unwrap_or(run.call);
        run.book.conclude(tx, call, &run.attempt, decision_id, effects, &response).await?;
        Ok(response)
    }

    /// Ends a write whose result is already there: no new revision, no event. What the command wrote is
    /// dropped; its decision and its answer for repeats are stored.
    ///
    /// # Errors
    /// [`Fault::LostRace`] when a repeat of the request committed first.
    pub async fn leave_unchanged(self, response: R::Response) -> Result<R::Response> {
        let Write { run, on_behalf, tx, decisions, .. } = self;
        // SQLite has one writer: the next write waits for this one.
        drop(tx);
        let unchanged = Write { tx: run.begin(), run, on_behalf, decisions, effects: Vec::new() };
        // Boxed: the call is recursive.
        Box::pin(unchanged.conclude(response)).await
    }
}

/// Lets a [`Write`] be passed to storing functions, which take a [`Tx`].
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

/// Whether the contract names boundary `B` for the RPC of request `R`. Commands that do not use [`Run`]
/// assert this at compile time.
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
