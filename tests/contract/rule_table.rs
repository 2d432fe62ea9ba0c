//! The rule book against `rules.csv`, the table of the law: every rule, kind and reason of the table is in
//! the rule book, every RPC of the table is in the contract, and the boundary of each RPC has the rule. The
//! rule book and the boundaries may have more than the table.

use std::collections::BTreeSet;

use csp_policy::catalogue::find;
use csp_policy::{Rule, RuleKind, boundaries};
use csp_proto::policy::v1::Effect;
use csp_service::access::{Rpc, contract};

const TABLE: &str = include_str!("rules.csv");

/// The RPCs that `sale` means in the table. `SubmitOrder` means every sale, too.
const SALE: &[&str] = &["SubmitOrder", "ChangeQuantity", "UpgradeSubscription"];
/// The RPCs that `new-business` means in the table, besides every sale.
const NEW_BUSINESS: &[&str] = &[
    "CreateCustomer",
    "InviteCustomer",
    "AcceptInvitation",
    "RequestPartnership",
    "AcceptPartnership",
    "AssociateReseller",
];
/// Rules of `SubmitOrder` for which the other sales have no facts: a cart, an attestation.
const OF_ORDERS_ONLY: &[&str] = &["SUB-02", "SUB-09"];
/// RPCs that a row names for the feature, and that its rule refuses nothing at.
const FEATURES: [(&str, &str); 7] = [
    ("CUS-03", "RotateSetupPassword"),
    ("CUS-07", "InviteCustomer"),
    ("PSH-03", "RequestPartnership"),
    ("PSH-03", "WithdrawPartnership"),
    ("PSH-06", "AcceptPartnership"),
    ("SUB-02", "CreateCart"),
    ("SUB-02", "CancelCart"),
];
/// Malformed or missing values are refused when the request is read, before any rule is judged.
const REFUSED_AT_READING: &str = "FIELD_INVALID";

/// Gaps of rules about identity, enrolment, the directory and mail, and of what comes later. A gap is a rule,
/// a reason or a kind that the rule book lacks, a boundary that lacks its rule, or an RPC that does not
/// exist. The length stands in the type: a longer list is a decision.
const WAITING: [&str; 7] = [
    "CUS-14",
    "ENR-02 PROVIDER_REQUIREMENTS_UNMET",
    "ENR-17",
    "ENR-18",
    "GetMembership",
    "SUB-13",
    "UpdateUser",
];

/// One row of the table.
struct Row<'t> {
    id: &'t str,
    kind: &'t str,
    rpcs: Vec<&'t str>,
    reasons: Vec<&'t str>,
}

fn table() -> Vec<Row<'static>> {
    let row = |line: &'static str| {
        let [id, kind, rpcs, reasons] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let words = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
        let rpcs = words(rpcs).into_iter().flat_map(|rpc| meant(id, rpc)).collect();
        Row { id, kind, rpcs, reasons: words(reasons) }
    };
    TABLE.lines().skip(1).map(row).collect()
}

/// The RPCs that a word of the table means in the row of the rule `id`.
fn meant(id: &str, word: &'static str) -> Vec<&'static str> {
    match word {
        "SubmitOrder" if OF_ORDERS_ONLY.contains(&id) => vec![word],
        "sale" | "SubmitOrder" => SALE.to_vec(),
        "new-business" => [SALE, NEW_BUSINESS].concat(),
        rpc => vec![rpc],
    }
}

impl Row<'_> {
    /// The reasons with which the rule itself refuses.
    fn own_reasons(&self) -> impl Iterator<Item = &str> {
        self.reasons.iter().copied().filter(|reason| *reason != REFUSED_AT_READING)
    }

    fn refuses(&self) -> bool {
        self.own_reasons().next().is_some()
    }

    /// Whether a rule of this kind is what the row asks for. A shape that names a reason refuses, too, and
    /// any shape may refuse more than the table says.
    fn allows(&self, kind: RuleKind) -> bool {
        match (self.kind, self.refuses()) {
            ("shape" | "shape and deny", true) => kind == RuleKind::ShapeAndDeny,
            ("deny", true) => kind == RuleKind::Deny,
            ("invariant", false) => kind == RuleKind::Invariant,
            (_, false) => matches!(kind, RuleKind::Shape | RuleKind::ShapeAndDeny),
            (kind, true) => panic!("{}: a rule of kind `{kind}` refuses", self.id),
        }
    }

    /// What the rule book and the contract lack of this row.
    fn gaps(&self) -> Vec<String> {
        let (known, missing): (Vec<&&str>, Vec<&&str>) =
            self.rpcs.iter().partition(|name| rpc(name).is_some());
        let mut gaps: Vec<String> = missing.into_iter().map(|name: &&str| (*name).to_owned()).collect();
        let Some(rule) = find(self.id) else {
            gaps.push(self.id.to_owned());
            return gaps;
        };
        if !self.allows(rule.kind) {
            gaps.push(format!("{} is no {}", self.id, self.kind));
        }
        let lacks = |reason: &&str| !rule.denials.iter().any(|denial| denial.reason.as_str() == *reason);
        gaps.extend(self.own_reasons().filter(lacks).map(|reason| format!("{} {reason}", self.id)));
        let is_gap = |name: &&&str| self.refuses() && !stands_at(rule, name);
        gaps.extend(known.into_iter().filter(is_gap).map(|name| format!("{} at {name}", self.id)));
        gaps
    }
}

/// Whether the rule stands at the boundary of the RPC. A read has no boundary.
fn stands_at(rule: &Rule, name: &str) -> bool {
    let Some(rpc) = rpc(name) else { return false };
    match &rpc.boundary {
        _ if FEATURES.contains(&(rule.id, name)) => true,
        Some(boundary) => boundaries::enforcing(rule).contains(&boundary.as_str()),
        None => rpc.effect == Effect::Read,
    }
}

fn rpc(name: &str) -> Option<&'static Rpc> {
    contract().unwrap().rpcs().find(|rpc| rpc.name == name)
}

#[test]
fn the_rule_book_has_everything_of_the_table_but_the_named_gaps() {
    let found: BTreeSet<String> = table().iter().flat_map(Row::gaps).collect();
    let named: BTreeSet<String> = WAITING.iter().map(|gap| (*gap).to_owned()).collect();
    let new: Vec<_> = found.difference(&named).collect();
    let filled: Vec<_> = named.difference(&found).collect();
    assert!(new.is_empty(), "the rule book lacks {new:#?}");
    assert!(filled.is_empty(), "these are in force: remove them from the lists of gaps: {filled:#?}");
    assert_eq!(named.len(), WAITING.len(), "each gap is named once");
}

#[test]
fn a_missing_rule_kind_reason_boundary_or_rpc_is_a_gap() {
    let row = |id, kind, rpcs: &[&'static str], reasons: &[&'static str]| {
        Row { id, kind, rpcs: rpcs.to_vec(), reasons: reasons.to_vec() }.gaps()
    };
    let region = "PARTNERS_IN_DIFFERENT_REGIONS";
    assert_eq!(row("RGN-01", "deny", &["RequestPartnership"], &[region]), [""; 0]);
    assert_eq!(row("RGN-99", "deny", &[], &[region]), ["RGN-99"]);
    assert_eq!(row("RGN-01", "shape and deny", &[], &[region]), ["RGN-01 is no shape and deny"]);
    assert_eq!(row("RGN-01", "deny", &[], &[region, "SELF_SALE"]), ["RGN-01 SELF_SALE"]);
    assert_eq!(row("RGN-01", "deny", &["RemovePartnership"], &[region]), ["RGN-01 at RemovePartnership"]);
    assert_eq!(row("RGN-01", "deny", &["MoveCountry"], &[region]), ["MoveCountry"]);
}
