//! Mutations in the book of a service: idempotent repeats, decisions, journal entries.

use crate::{Attempt, Book, Call, Clock, Effect, Fault, Ids, races, wire};
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use csp_policy::{Act, Boundary, Caller, Day, Finding, Reason, Row, decide};
use csp_proto::policy::v1 as pb;
use csp_proto::relationship::v1::RequestPartnershipRequest;
use csp_store::{Config, Store, decision, journal};
use prost::Message;
use tracing::Instrument as _;
use tracing::field::Empty;

/// A boundary without rules: every act is allowed.
struct Open {
    act: Act,
}

impl Boundary for Open {
    const NAME: &'static str = "Open";
    const ROWS: &'static [Row<Self>] = &[];

    fn act(&self) -> &Act {
        &self.act
    }
}

fn act(subject: &str) -> Act {
    let at = "2026-11-21T11:59:59Z".parse().unwrap();
    Act { at, day: Day::constant(2026, 11, 21), subject: subject.to_owned(), revisions: Vec::new() }
}

struct Fixture {
    book: Book,
    _folder: tempfile::TempDir,
}

async fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(Config::sqlite(folder.path().join("book.db")), "test", &[]).await.unwrap();
    let clock = Clock::starting_at("2026-11-21T12:00:00Z".parse().unwrap());
    Fixture { book: Book::new("test", store, clock, Ids::seeded(1)), _folder: folder }
}

fn call() -> Call {
    Call::made_by(Caller::operator(), "op", "OpenDoor")
}

fn rule(name: &str) -> pb::Rule {
    pb::Rule { name: name.to_owned(), ..pb::Rule::default() }
}

/// A command as services write it. `pb::Rule` serves as the resource.
async fn open_door(
    book: &Book,
    call: &Call,
    attempt: &Attempt,
    door: &str,
) -> Result<pb::GetRuleResponse, Fault> {
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let permit = decide(Open { act: act(door) }).map_err(|no| book.refuse(call, attempt, no))?;
    if attempt.validates_only() {
        return Ok(pb::GetRuleResponse { rule: Some(rule(&book.preview(call, &permit).name)) });
    }
    let mut tx = book.store.write();
    let accepted = book.accept(&mut tx, call, attempt, permit, door)?;
    let response = pb::GetRuleResponse { rule: Some(rule(&book.next_id())) };
    let effects = vec![Effect::created(door, 1, &rule(door))?];
    book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    Ok(response)
}

fn attempt(request_id: &str, content: &str) -> Attempt {
    Attempt::of(&call(), request_id, false, &rule(content)).unwrap()
}

#[tokio::test]
async fn a_repeat_gets_its_first_answer_and_has_no_second_effect() {
    let Fixture { book, _folder } = fixture().await;
    let first = open_door(&book, &call(), &attempt("r1", "a"), "doors/a").await.unwrap();
    let again = open_door(&book, &call(), &attempt("r1", "a"), "doors/a").await.unwrap();
    assert_eq!(first, again);
    let mut reader = book.store.read().await.unwrap();
    assert_eq!(journal::page(&mut reader, "", 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_same_request_id_with_other_content_is_refused() {
    let Fixture { book, _folder } = fixture().await;
    open_door(&book, &call(), &attempt("r1", "a"), "doors/a").await.unwrap();
    let refused = open_door(&book, &call(), &attempt("r1", "b"), "doors/b").await;
    assert!(matches!(refused, Err(Fault::RequestIdReused { .. })), "{refused:?}");
}

#[tokio::test]
async fn requests_without_a_request_id_are_never_repeats() {
    let Fixture { book, _folder } = fixture().await;
    let first = open_door(&book, &call(), &attempt("", "a"), "doors/a").await.unwrap();
    let second = open_door(&book, &call(), &attempt("", "a"), "doors/a").await.unwrap();
    assert_ne!(first, second);
}

#[tokio::test]
async fn concurrent_repeats_have_one_effect_and_one_answer() {
    let Fixture { book, _folder } = fixture().await;
    let (call, attempt) = (call(), attempt("r1", "a"));
    let tries = (0..20).map(|_| {
        let (book, call, attempt) = (book.clone(), call.clone(), attempt.clone());
        tokio::spawn(async move {
            races::bounded(call.deadline, || open_door(&book, &call, &attempt, "doors/a")).await.unwrap()
        })
    });
    let mut answers = Vec::new();
    for running in tries.collect::<Vec<_>>() {
        answers.push(running.await.unwrap());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    let mut reader = book.store.read().await.unwrap();
    assert_eq!(journal::page(&mut reader, "", 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_accepted_decision_and_its_journal_entry_name_each_other() {
    let Fixture { book, _folder } = fixture().await;
    open_door(&book, &call(), &attempt("r1", "a"), "doors/a").await.unwrap();
    let mut reader = book.store.read().await.unwrap();
    let entry = journal::page(&mut reader, "", 10).await.unwrap().remove(0);
    assert_eq!((entry.method.as_str(), entry.resource.as_str()), ("OpenDoor", "doors/a"));
    assert_eq!(entry.actor, r#"{"party":"operator","subject":"op"}"#);
    assert_eq!(entry.resource_type, "csp.policy.v1.Rule");
    assert_eq!(entry.change_after.as_deref(), Some(r#"{"name":"doors/a"}"#));
    let id = entry.decision_id.unwrap();
    assert!(id.starts_with("test-"), "{id}");
    let stored = decision::get(&mut reader, &id).await.unwrap().unwrap();
    assert!(
        stored.accepted && stored.subject == "doors/a" && stored.as_of == jiff::civil::date(2026, 11, 21)
    );
    assert!(pb::Decision::decode(stored.body.as_slice()).unwrap().verdict() == pb::Verdict::Accepted);
}

#[tokio::test]
async fn a_permit_for_another_subject_is_rejected() {
    let Fixture { book, _folder } = fixture().await;
    let (call, attempt) = (call(), attempt("r1", "a"));
    let permit = decide(Open { act: act("doors/a") }).unwrap();
    let mut tx = book.store.write();
    let refused = book.accept(&mut tx, &call, &attempt, permit, "doors/b");
    assert!(matches!(refused, Err(Fault::Internal(_))));
}

#[tokio::test]
async fn a_preview_stores_nothing() {
    let Fixture { book, _folder } = fixture().await;
    let attempt = Attempt::of(&call(), "r1", true, &rule("a")).unwrap();
    let told = open_door(&book, &call(), &attempt, "doors/a").await.unwrap();
    assert_eq!(told.rule.unwrap().name, "", "the decision of the preview has no name");
    let mut reader = book.store.read().await.unwrap();
    assert!(journal::page(&mut reader, "", 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_decision_bears_the_instant_that_was_judged() {
    let Fixture { book, _folder } = fixture().await;
    let judged = act("doors/a").at;
    assert!(judged < book.now(), "the clock went on while the facts were gathered");
    let attempt = attempt("", "a");
    let mut tx = book.store.write();
    let permit = decide(Open { act: act("doors/a") }).unwrap();
    let accepted = book.accept(&mut tx, &call(), &attempt, permit, "doors/a").unwrap().decision();
    tx.commit().await.unwrap();
    let Err(refused) = decide(Break(act("doors/b"))) else { panic!("allowed") };
    let Fault::Refused(refused) = book.refuse(&call(), &attempt, refused) else { panic!("no refusal") };
    book.store.drain_refusals().await;
    let mut reader = book.store.read().await.unwrap();
    for told in [accepted, refused.told] {
        assert_eq!(told.decide_time, Some(wire::timestamp(judged)));
        let stored = decision::get(&mut reader, wire::id_of(&told.name)).await.unwrap().unwrap();
        assert_eq!(stored.decided_at, judged);
    }
}

/// A boundary with one rule that always refuses.
struct Break(Act);

impl Boundary for Break {
    const NAME: &'static str = "Break";
    const ROWS: &'static [Row<Self>] = &[Row {
        rule: &csp_policy::rules::standing::ENR_14,
        judge: |_| Finding::new(Reason::PartnerSuspended, "x", "no".to_owned()).into(),
    }];

    fn act(&self) -> &Act {
        &self.0
    }
}

#[tokio::test]
async fn a_refused_decision_is_stored_for_a_day_for_a_preview_and_for_thirty_days_otherwise() {
    let Fixture { book, _folder } = fixture().await;
    let refuse = |validate_only| {
        let attempt = Attempt::of(&call(), "", validate_only, &rule("a")).unwrap();
        let Err(decision) = decide(Break(act("doors/a"))) else { panic!("allowed") };
        let Fault::Refused(refused) = book.refuse(&call(), &attempt, decision) else { panic!("no refusal") };
        refused.told.name
    };
    for (is_preview, days) in [(true, 1), (false, 30)] {
        let name = refuse(is_preview);
        book.store.drain_refusals().await;
        let mut reader = book.store.read().await.unwrap();
        let stored = decision::get(&mut reader, wire::id_of(&name)).await.unwrap().unwrap();
        assert!(!stored.accepted && stored.caller == call().key());
        let kept = stored.erase_at.unwrap().duration_since(stored.decided_at);
        assert_eq!(kept.as_hours(), 24 * days);
        let told = pb::Decision::decode(stored.body.as_slice()).unwrap();
        assert_eq!((told.name, told.preview, told.violations.len()), (name, is_preview, 1));
    }
}

#[tokio::test]
async fn a_request_id_is_short_and_printable() {
    for bad in ["a b", "a\nb", "é", &"x".repeat(129)] {
        assert!(Attempt::of(&call(), bad, false, &rule("a")).is_err(), "{bad}");
    }
    assert!(Attempt::of(&call(), &"x".repeat(128), false, &rule("a")).is_ok());
}

/// The lines that a subscriber writes.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The log line of a call that makes the mutation `RequestPartnership` with this request id, and needs a
/// second try.
async fn logged(request_id: &str) -> String {
    let Fixture { book, _folder } = fixture().await;
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _default = tracing::subscriber::set_default(subscriber);
    let span = tracing::info_span!("call", request_id = Empty, decision = Empty);
    let request = RequestPartnershipRequest { request_id: request_id.to_owned(), ..Default::default() };
    let tries = AtomicUsize::new(0);
    async {
        let call = call();
        let run = book.run(&call, &request).unwrap();
        let opened = book.settle(run.attempt(), || async {
            if tries.fetch_add(1, Ordering::Relaxed) == 0 {
                let permit = decide(Open { act: act("doors/a") }).unwrap();
                book.accept(&mut book.store.write(), &call, run.attempt(), permit, "doors/a")?;
                return Err(Fault::lost_race("doors/a"));
            }
            open_door(&book, &call, run.attempt(), "doors/a").await
        });
        opened.await.unwrap();
        tracing::info!("call answered");
    }
    .instrument(span)
    .await;
    log.text()
}

#[tokio::test]
async fn a_call_is_one_log_line_with_its_request_id_and_its_decision_once() {
    let line = logged("r1").await;
    let counts = ["\n", "request_id=\"r1\"", "decision=\"test-"].map(|part| line.matches(part).count());
    assert_eq!(counts, [1, 1, 1], "{line}");
}

#[tokio::test]
async fn a_call_without_a_request_id_logs_none() {
    let line = logged("").await;
    assert!(!line.contains("request_id"), "{line}");
}
