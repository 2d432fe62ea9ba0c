//! The rule book as one list of rules.

use crate::rules::{agreement::*, customer::*, enrollment::*, multi_partner::*, order::*, partnership::*};
use crate::rules::{standing::*, subscription::*};
use crate::{Rule, boundaries};
use std::sync::LazyLock;

/// Every rule, by family and then by id: the rules that boundaries enforce, and the rules that only describe.
pub static CATALOGUE: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let enforced = boundaries::ALL.iter().flat_map(|guard| (guard.rules)());
    let mut rules: Vec<&Rule> = enforced.chain(DESCRIBED.iter().copied()).collect();
    rules.sort_by_key(|rule| (place_of_family(rule.id), rule.id));
    rules.dedup();
    rules
});

/// Version of the rule book, which every decision carries: the release, and a hash of all rules and
/// boundaries. A change of a rule's value or of a boundary's rows changes the hash; a change of a judging
/// function does not.
pub static VERSION: LazyLock<String> = LazyLock::new(|| {
    let rows = boundaries::ALL.iter().map(|guard| (guard.name, (guard.rules)()));
    let text = format!("{:?} {:?}", *CATALOGUE, rows.collect::<Vec<_>>());
    // FNV-1a: the hash tells versions apart, and protects nothing.
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{}-{hash:016x}", env!("CARGO_PKG_VERSION"))
});

/// The families, in the order of the rule book.
const FAMILIES: [&str; 8] = ["ENR", "AGR", "RGN", "PSH", "CUS", "MUL", "SAL", "SUB"];

/// The rules that only describe (shapes and invariants). No boundary has a row for them.
static DESCRIBED: &[&Rule] = &[
    &ENR_01, &ENR_04, &ENR_05, &ENR_08, &ENR_16, &AGR_06, &AGR_07, &AGR_08, &PSH_05, &PSH_07, &PSH_08,
    &PSH_10, &PSH_12, &CUS_04, &CUS_05, &CUS_08, &CUS_11, &CUS_12, &CUS_13, &MUL_01, &MUL_02, &MUL_03,
    &MUL_04, &MUL_05, &SUB_01, &SUB_03, &SUB_05, &SUB_14, &SUB_16,
];

/// The rule with this id, for example `PSH-11`; `None` for an unknown id.
pub fn find(id: &str) -> Option<&'static Rule> {
    CATALOGUE.iter().copied().find(|rule| rule.id == id)
}

fn place_of_family(id: &str) -> Option<usize> {
    FAMILIES.iter().position(|family| id.starts_with(family))
}
