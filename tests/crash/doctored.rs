//! The negative controls of the checks: every test falsifies consistent data in one place, and the check for
//! that error must find it.

use csp_store::journal::Recorded;
use jiff::Timestamp;

use crate::crash::checks::findings;
use crate::crash::history::{Answers, Sale, Write};
use crate::crash::stored::Stored;

const SERVICE: &str = "subscription";

fn entry(name: &str, revision: i64, before: Option<&str>, after: Option<&str>) -> Recorded {
    Recorded {
        event_id: format!("{name}-{revision}"),
        position: None,
        time: Timestamp::UNIX_EPOCH,
        actor: "someone".to_owned(),
        method: "Any".to_owned(),
        resource: name.to_owned(),
        resource_type: "Any".to_owned(),
        revision,
        change_before: before.map(str::to_owned),
        change_after: after.map(str::to_owned),
        decision_id: None,
        request_id: None,
    }
}

/// Consistent data, with the answers that callers got: a customer with an order of two lines. The
/// subscription of the second line was changed once.
fn consistent() -> (Answers, Stored) {
    let resources = [
        ("customers/c", r#"{"name":"customers/c"}"#),
        ("customers/c/orders/o", r#"{"name":"customers/c/orders/o","customer":"customers/c"}"#),
        (
            "customers/c/subscriptions/1",
            r#"{"name":"customers/c/subscriptions/1","customer":"customers/c","order":"customers/c/orders/o"}"#,
        ),
        (
            "customers/c/subscriptions/2",
            r#"{"name":"customers/c/subscriptions/2","customer":"customers/c","order":"customers/c/orders/o"}"#,
        ),
    ];
    let grown = r#"{"name":"customers/c/subscriptions/2","customer":"customers/c","order":"customers/c/orders/o","quantity":2}"#;
    let mut journal: Vec<_> = resources.iter().map(|(name, is)| entry(name, 1, None, Some(is))).collect();
    journal.push(entry("customers/c/subscriptions/2", 2, Some(resources[3].1), Some(grown)));
    let mut writes: Vec<_> = resources.iter().map(|(name, content)| write(name, 1, content)).collect();
    writes.push(write("customers/c/subscriptions/2", 2, grown));
    let mut shown: std::collections::BTreeMap<_, _> =
        resources.iter().map(|(name, content)| ((*name).to_owned(), (*content).to_owned())).collect();
    shown.insert("customers/c/subscriptions/2".to_owned(), grown.to_owned());
    let sales = vec![Sale { order: "customers/c/orders/o".to_owned(), lines: 2 }];
    let claims = vec![("c.example".to_owned(), "customers/c".to_owned())];
    let journals = [(SERVICE, journal)].into();
    (Answers { writes, sales, ..Answers::default() }, Stored { journals, shown, claims, ..Stored::default() })
}

fn write(name: &str, revision: i64, content: &str) -> Write {
    Write { name: name.to_owned(), revision, content: content.to_owned() }
}

/// The findings on data that `doctor` has falsified.
fn found(doctor: impl FnOnce(&mut Answers, &mut Stored)) -> Vec<String> {
    let (mut answers, mut stored) = consistent();
    doctor(&mut answers, &mut stored);
    number(&mut stored);
    findings(&answers, &stored)
}

/// Numbers the entries as the sequencer does.
fn number(stored: &mut Stored) {
    for (entry, position) in journal(stored).iter_mut().zip(1..) {
        entry.position = Some(position);
    }
}

#[track_caller]
fn must_begin(found: &[String], with: &[&str]) {
    assert_eq!(found.len(), with.len(), "{found:#?}");
    for (found, with) in found.iter().zip(with) {
        assert!(found.starts_with(with), "{found}");
    }
}

fn journal(stored: &mut Stored) -> &mut Vec<Recorded> {
    stored.journals.get_mut(SERVICE).unwrap()
}

#[test]
fn consistent_data_gives_no_finding() {
    must_begin(&found(|_, _| {}), &[]);
}

#[test]
fn a_lost_resource_is_found() {
    let found = found(|_, stored| {
        stored.shown.remove("customers/c/subscriptions/2");
        journal(stored).retain(|entry| entry.resource != "customers/c/subscriptions/2");
    });
    must_begin(
        &found,
        &[
            "lost: customers/c/subscriptions/2 at revision 1",
            "lost: customers/c/subscriptions/2 at revision 2",
            "not once",
        ],
    );
}

#[test]
fn a_lost_change_is_found() {
    let found = found(|_, stored| {
        let before = journal(stored).pop().unwrap().change_before.unwrap();
        stored.shown.insert("customers/c/subscriptions/2".to_owned(), before);
    });
    must_begin(&found, &["lost: customers/c/subscriptions/2 at revision 2"]);
}

#[test]
fn a_write_stored_differently_than_acknowledged_is_found() {
    let found =
        found(|answers, _| answers.writes[0].content = r#"{"name":"customers/c","domain":"d"}"#.to_owned());
    must_begin(&found, &["lost: customers/c at revision 1"]);
}

#[test]
fn an_order_line_sold_twice_is_found() {
    let found = found(|_, stored| {
        let again = r#"{"name":"customers/c/subscriptions/3","customer":"customers/c","order":"customers/c/orders/o"}"#;
        stored.shown.insert("customers/c/subscriptions/3".to_owned(), again.to_owned());
        journal(stored).push(entry("customers/c/subscriptions/3", 1, None, Some(again)));
    });
    must_begin(&found, &["not once: customers/c/orders/o has 3 subscriptions for 2 lines"]);
}

#[test]
fn a_missing_revision_and_a_repeated_revision_are_found() {
    let hole = found(|answers, stored| {
        answers.writes.clear();
        journal(stored).remove(3);
    });
    must_begin(&hole, &["revision hole: customers/c/subscriptions/2 has [2]"]);
    let twice = found(|_, stored| {
        let again = journal(stored).last().unwrap().clone();
        journal(stored).push(Recorded { event_id: "again".to_owned(), ..again });
    });
    must_begin(&twice, &["revision hole: customers/c/subscriptions/2 has [1, 2, 2]"]);
}

#[test]
fn a_resource_without_journal_entries_is_found() {
    let found = found(|_, stored| {
        stored.shown.insert("customers/d".to_owned(), r#"{"name":"customers/d"}"#.to_owned());
    });
    must_begin(&found, &["state: customers/d"]);
}

#[test]
fn unfinished_operations_reservations_and_removals_are_found() {
    let found = found(|_, stored| {
        stored.running.push("o".to_owned());
        stored.reserved.push("d".to_owned());
        stored.closing.push("r".to_owned());
    });
    must_begin(&found, &["unfinished: operation o", "unfinished: customer d", "unfinished: relationship r"]);
}

#[test]
fn a_claim_of_a_missing_customer_is_found() {
    let found = found(|_, stored| stored.claims.push(("d.example".to_owned(), "customers/d".to_owned())));
    must_begin(&found, &["left behind: d.example is claimed for customers/d"]);
}

#[test]
fn a_missing_feed_position_and_a_repeated_one_are_found() {
    for position in [Some(6), Some(2), None] {
        let (answers, mut stored) = consistent();
        number(&mut stored);
        journal(&mut stored)[0].position = position;
        must_begin(&findings(&answers, &stored), &["feed hole: subscription"]);
    }
}

#[test]
fn a_feed_out_of_order_is_found() {
    let (answers, mut stored) = consistent();
    number(&mut stored);
    let journal = journal(&mut stored);
    (journal[3].position, journal[4].position) = (Some(5), Some(4));
    must_begin(
        &findings(&answers, &stored),
        &["feed out of order: customers/c/subscriptions/2 has [Some(5), Some(4)]"],
    );
}

#[test]
fn a_refused_call_that_must_be_accepted_is_found() {
    let found = found(|answers, _| answers.refused.push("SubmitOrder w1-1".to_owned()));
    must_begin(&found, &["refused: SubmitOrder w1-1"]);
}
