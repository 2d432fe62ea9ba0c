//! Several partners, one customer: MUL-01 to MUL-05.

use crate::source::{multi_partner_support, working_with_partners};
use crate::{Rule, RuleKind};

/// a customer buys different services from different partners and engages several to manage its
/// subscriptions
pub static MUL_01: Rule = Rule {
    id: "MUL-01",
    kind: RuleKind::Shape,
    statement: "a customer buys different services from different partners and engages several to manage its subscriptions",
    denials: &[],
    sources: &[working_with_partners("164-168"), multi_partner_support("108-109")],
    since: None,
    until: None,
};

/// adding a partner changes no existing subscription
pub static MUL_02: Rule = Rule {
    id: "MUL-02",
    kind: RuleKind::Invariant,
    statement: "adding a partner changes no existing subscription",
    denials: &[],
    sources: &[multi_partner_support("113")],
    since: None,
    until: None,
};

/// adding a partner moves no subscription and no account ownership
pub static MUL_03: Rule = Rule {
    id: "MUL-03",
    kind: RuleKind::Invariant,
    statement: "adding a partner moves no subscription and no account ownership",
    denials: &[],
    sources: &[multi_partner_support("114")],
    since: None,
    until: None,
};

/// adding a partner changes no term and no obligation of existing subscriptions
pub static MUL_04: Rule = Rule {
    id: "MUL-04",
    kind: RuleKind::Invariant,
    statement: "adding a partner changes no term and no obligation of existing subscriptions",
    denials: &[],
    sources: &[multi_partner_support("115")],
    since: None,
    until: None,
};

/// adding a partner changes no partner of record
pub static MUL_05: Rule = Rule {
    id: "MUL-05",
    kind: RuleKind::Invariant,
    statement: "adding a partner changes no partner of record",
    denials: &[],
    sources: &[multi_partner_support("116")],
    since: None,
    until: None,
};
