//! Every rule of the rule book, in its order, as one list.

use crate::Rule;
use crate::rules::{
    agreement::*, customer::*, enrollment::*, multi_partner::*, offer::*, order::*, partnership::*,
    region::*, selling::*, standing::*, subscription::*,
};

/// The rule book. Retired rules stay, dated; nothing is ever renumbered.
pub static CATALOGUE: &[&Rule] = &[
    &ENR_01, &ENR_02, &ENR_03, &ENR_04, &ENR_05, &ENR_06, &ENR_07, &ENR_08, &ENR_09, &ENR_10, &ENR_11,
    &ENR_12, &ENR_13, &ENR_14, &ENR_15, &ENR_16, &AGR_01, &AGR_02, &AGR_03, &AGR_04, &AGR_05, &AGR_06,
    &AGR_07, &AGR_08, &RGN_01, &RGN_02, &RGN_03, &RGN_04, &PSH_01, &PSH_02, &PSH_03, &PSH_04, &PSH_05,
    &PSH_06, &PSH_07, &PSH_08, &PSH_09, &PSH_10, &PSH_11, &PSH_12, &CUS_01, &CUS_02, &CUS_03, &CUS_04,
    &CUS_05, &CUS_06, &CUS_07, &CUS_08, &CUS_09, &CUS_10, &CUS_13, &MUL_01, &MUL_02, &MUL_03, &MUL_04,
    &MUL_05, &SAL_01, &SAL_02, &SAL_03, &SAL_04, &SAL_05, &SUB_01, &SUB_02, &SUB_03, &SUB_04, &SUB_05,
    &SUB_06, &SUB_07, &SUB_08, &SUB_09, &SUB_10, &SUB_11, &SUB_15, &SUB_14,
];

/// The rule with this id, for example `PSH-11`.
pub fn find(id: &str) -> Option<&'static Rule> {
    CATALOGUE.iter().copied().find(|rule| rule.id == id)
}
