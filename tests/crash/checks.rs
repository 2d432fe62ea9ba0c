//! What must hold after any number of kills. Each check compares the answers that callers got with the stored
//! state, and returns findings; [`findings`] runs all checks.

use std::collections::{BTreeMap, BTreeSet};

use csp_store::journal::Recorded;
use serde_json::Value;

use crate::crash::history::{Answers, Sale, Write};
use crate::crash::stored::Stored;

/// The findings of all checks, one sentence each.
pub(crate) fn findings(answers: &Answers, stored: &Stored) -> Vec<String> {
    let mut findings: Vec<String> = answers.refused.iter().map(|what| format!("refused: {what}")).collect();
    let journal: Vec<&Recorded> = stored.journals.values().flatten().collect();
    let lives = lives(&journal);
    findings.extend(answers.writes.iter().filter_map(|write| lost(write, &lives, stored)));
    let sold = Sold::of(stored);
    findings.extend(answers.sales.iter().filter_map(|sale| not_sold_once(sale, &sold)));
    findings.extend(lives.iter().filter_map(|(name, life)| revision_holes(name, life)));
    findings.extend(lives.iter().filter_map(|(name, life)| out_of_order(name, life)));
    findings.extend(state_differences(&lives, stored));
    findings.extend(unfinished(stored));
    findings.extend(left_behind(stored));
    findings.extend(stored.journals.iter().filter_map(|(service, journal)| feed_holes(service, journal)));
    findings
}

/// The journal entries of each resource, in order of revision.
fn lives<'a>(journal: &[&'a Recorded]) -> BTreeMap<&'a str, Vec<&'a Recorded>> {
    let mut lives: BTreeMap<&str, Vec<&Recorded>> = BTreeMap::new();
    for entry in journal {
        lives.entry(&entry.resource).or_default().push(entry);
    }
    for life in lives.values_mut() {
        life.sort_by_key(|entry| entry.revision);
    }
    lives
}

/// An acknowledged write must be in the journal with the content that its caller got, and the stored resource
/// must have that revision or a later one.
fn lost(write: &Write, lives: &BTreeMap<&str, Vec<&Recorded>>, stored: &Stored) -> Option<String> {
    let Write { name, revision, content } = write;
    let life = lives.get(name.as_str()).map(Vec::as_slice).unwrap_or_default();
    let entry = life.iter().find(|entry| entry.revision == *revision);
    let journaled = entry.and_then(|entry| entry.change_after.as_ref());
    if journaled != Some(content) {
        return Some(format!("lost: {name} at revision {revision} is {journaled:?}, was shown as {content}"));
    }
    let shown = stored.shown.get(name);
    let is_last = life.last().is_some_and(|last| last.revision == *revision);
    match shown {
        None => Some(format!("lost: {name} was acknowledged and is not stored")),
        Some(shown) if is_last && shown != content => {
            Some(format!("lost: {name} is {shown}, was shown as {content}"))
        }
        Some(_) => None,
    }
}

/// The stored orders and subscriptions, indexed for [`not_sold_once`].
struct Sold {
    /// Names of the orders.
    orders: BTreeSet<String>,
    /// Number of subscriptions, by order.
    subscriptions: BTreeMap<String, usize>,
}

impl Sold {
    fn of(stored: &Stored) -> Sold {
        let mut sold = Sold { orders: BTreeSet::new(), subscriptions: BTreeMap::new() };
        for (name, content) in &stored.shown {
            if name.contains("/orders/") {
                sold.orders.insert(name.clone());
            } else if name.contains("/subscriptions/") {
                let resource: Value = serde_json::from_str(content).unwrap();
                *sold.subscriptions.entry(text(&resource, "order").to_owned()).or_default() += 1;
            }
        }
        sold
    }
}

/// An accepted order must exist exactly once, with one subscription for each line.
fn not_sold_once(sale: &Sale, sold: &Sold) -> Option<String> {
    let Sale { order, lines } = sale;
    let held = sold.subscriptions.get(order).copied().unwrap_or_default();
    let is_once = sold.orders.contains(order) && held == *lines;
    (!is_once).then(|| format!("not once: {order} has {held} subscriptions for {lines} lines"))
}

fn text<'a>(resource: &'a Value, field: &str) -> &'a str {
    resource[field].as_str().unwrap_or_default()
}

/// The revisions of a resource must be 1, 2, 3 …, and each change must start from the state that the previous
/// change left.
fn revision_holes(name: &str, life: &[&Recorded]) -> Option<String> {
    let revisions: Vec<i64> = life.iter().map(|entry| entry.revision).collect();
    let is_whole = revisions.iter().zip(1..).all(|(revision, expected)| *revision == expected);
    let is_chain = life.windows(2).all(|pair| pair[0].change_after == pair[1].change_before);
    let begins = life.first().is_some_and(|first| first.change_before.is_none());
    (!is_whole || !is_chain || !begins).then(|| format!("revision hole: {name} has {revisions:?}"))
}

/// The state that the API shows must equal the fold of the journal.
fn state_differences(lives: &BTreeMap<&str, Vec<&Recorded>>, stored: &Stored) -> Vec<String> {
    let mut folded: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, life) in lives {
        if let Some(after) = life.last().and_then(|last| last.change_after.as_deref()) {
            folded.insert(name, after);
        }
    }
    let names: BTreeSet<&str> =
        folded.keys().copied().chain(stored.shown.keys().map(String::as_str)).collect();
    let differs = |name: &str| {
        let (journal, shown) = (folded.get(name).copied(), stored.shown.get(name).map(String::as_str));
        (journal != shown).then(|| format!("state: {name} is {shown:?}, its journal says {journal:?}"))
    };
    names.into_iter().filter_map(differs).collect()
}

/// Every operation must have ended, no customer may be reserved, and no relationship may be closing.
fn unfinished(stored: &Stored) -> Vec<String> {
    let running = stored.running.iter().map(|id| format!("unfinished: operation {id} is not terminal"));
    let reserved = stored.reserved.iter().map(|id| format!("unfinished: customer {id} is still reserved"));
    let closing = stored.closing.iter().map(|id| format!("unfinished: relationship {id} is still closing"));
    running.chain(reserved).chain(closing).collect()
}

/// Nothing may remain of an undone operation: no claim, no edge, no sale. No relationship may stay active and
/// closed for orders.
fn left_behind(stored: &Stored) -> Vec<String> {
    let is_there = |customer: &str| stored.shown.contains_key(customer);
    let claims = stored.claims.iter().filter(|(_, holder)| !is_there(holder));
    let mut left: Vec<String> =
        claims.map(|(value, holder)| format!("left behind: {value} is claimed for {holder}")).collect();
    for (name, content) in &stored.shown {
        let resource: Value = serde_json::from_str(content).unwrap();
        let of_customer = ["resellerRelationships", "adminGrants", "orders", "subscriptions"];
        let depends_on_customer = name.split('/').any(|part| of_customer.contains(&part));
        if depends_on_customer && !is_there(text(&resource, "customer")) {
            left.push(format!("left behind: {name} of {}", text(&resource, "customer")));
        }
        let is_closed = stored.closed.iter().any(|edge| edge == name || name.ends_with(&format!("/{edge}")));
        if is_closed && text(&resource, "state") == "RELATIONSHIP_STATE_ACTIVE" {
            left.push(format!("left behind: {name} is active but closed for orders"));
        }
    }
    left
}

/// Once the sequencer has run, the journal entries must have the feed positions 1, 2, 3 …
fn feed_holes(service: &str, journal: &[Recorded]) -> Option<String> {
    let mut positions: Vec<Option<i64>> = journal.iter().map(|entry| entry.position).collect();
    positions.sort_unstable();
    let hole = positions.iter().zip(1..).find(|(position, expected)| **position != Some(*expected));
    hole.map(|(position, expected)| format!("feed hole: {service} has {position:?} in place of {expected}"))
}

/// The feed must have the changes of a resource in the order of their revisions.
fn out_of_order(name: &str, life: &[&Recorded]) -> Option<String> {
    let is_in_order = life.windows(2).all(|pair| pair[0].position < pair[1].position);
    (!is_in_order).then(|| {
        let positions: Vec<_> = life.iter().map(|entry| entry.position).collect();
        format!("feed out of order: {name} has {positions:?}")
    })
}
