//! Several partners, one customer: MUL-01 to MUL-05.

use crate::Rule;
use crate::source::{multi_partner_support, working_with_partners};

pub static MUL_01: Rule = Rule::shape(
    "MUL-01",
    "a customer buys different services from different partners and engages several to manage its \
     subscriptions",
    &[working_with_partners("164-168"), multi_partner_support("108-109")],
);

pub static MUL_02: Rule = Rule::invariant(
    "MUL-02",
    "adding a partner changes no existing subscription",
    &[multi_partner_support("113")],
);

pub static MUL_03: Rule = Rule::invariant(
    "MUL-03",
    "adding a partner moves no subscription and no account ownership",
    &[multi_partner_support("114")],
);

pub static MUL_04: Rule = Rule::invariant(
    "MUL-04",
    "adding a partner changes no term and no obligation of existing subscriptions",
    &[multi_partner_support("115")],
);

pub static MUL_05: Rule = Rule::invariant(
    "MUL-05",
    "adding a partner changes no partner of record",
    &[multi_partner_support("116")],
);
