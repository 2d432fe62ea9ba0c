//! How every mutation is repeated safely, decided and concluded.

pub(crate) mod attempt;
pub(crate) mod book;
pub(crate) mod effect;
pub mod races;
pub(crate) mod run;
