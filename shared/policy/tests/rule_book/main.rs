//! Tests of the rule book, rule by rule. A table has allowed, denied and irrelevant cases, on both sides of
//! every effective date. Each case is a test named after its rule: `cargo test -p csp-policy PSH-11`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[macro_use]
mod cases;
mod fixtures;

mod enrollment;
mod standing;

mod agreement;
mod regions;

mod partnership;

mod customer;
mod selling;
mod sales;

mod order;
mod subscription;
mod upgrade;

mod precedence;

mod catalogue;
mod document;

use std::process::ExitCode;

use cases::Cases;

/// Every test of this binary.
fn all() -> Cases {
    let mut cases = Cases::default();
    for register in [
        enrollment::register,
        standing::register,
        agreement::register,
        regions::register,
        partnership::register,
        customer::register,
        selling::register,
        sales::register,
        order::register,
        subscription::register,
        upgrade::register,
        precedence::register,
        catalogue::register,
        document::register,
    ] {
        register(&mut cases);
    }
    cases
}

fn main() -> ExitCode {
    let arguments = libtest_mimic::Arguments::from_args();
    libtest_mimic::run(&arguments, all().into_trials()).exit_code()
}
