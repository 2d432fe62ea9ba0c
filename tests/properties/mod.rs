//! Property test: in any sequence of commands, every command that the suite accepts keeps the programme's
//! rules. The judge is a model that shares no code with the rule book.

mod command;
mod model;
mod world;

use std::cell::RefCell;
use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use command::{Command, command};
use model::{Model, SELLERS};
use world::World;

/// Number of sequences played.
const SEQUENCES: u32 = 24;
/// Every sequence is shorter than this number of commands.
const COMMANDS_MAX: usize = 40;

#[test]
fn every_accepted_command_keeps_the_rules() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    // Without persistence, because proptest would leave a file of seeds in the tree.
    let config =
        Config { cases: SEQUENCES, failure_persistence: None, max_shrink_iters: 64, ..Config::default() };
    // A fixed seed gives the same sequences in each run, so that a failure can be reproduced.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let accepted = RefCell::new(BTreeSet::new());
    let outcome = TestRunner::new_with_rng(config, rng).run(&vec(command(), 1..COMMANDS_MAX), |commands| {
        let played = runtime.block_on(play(&commands)).map_err(TestCaseError::fail)?;
        accepted.borrow_mut().extend(played);
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    // A refused command does not test the rules: every kind of command must have been accepted at least once.
    let expected = ["Affiliate", "Create", "Invite", "Order", "Part", "Partner"];
    assert_eq!(accepted.into_inner().into_iter().collect::<Vec<_>>(), expected);
}

/// Plays the commands and returns the kinds of the accepted ones. Fails at the first command that was
/// accepted against a rule, or that left an unexpected number of subscriptions.
async fn play(commands: &[Command]) -> Result<BTreeSet<&'static str>, String> {
    let world = World::start().await;
    let mut model = Model::default();
    let mut kinds = BTreeSet::new();
    for command in commands {
        let accepted = world.play(&model, command).await;
        if accepted {
            model.must_allow(command)?;
            model.apply(command);
            kinds.insert(command.kind());
        }
        let sold = world.subscriptions().await;
        if sold != model.sold {
            return Err(format!("{sold} subscriptions after {command:?}, expected {}", model.sold));
        }
    }
    Ok(kinds)
}

/// Negative control: the model does forbid commands.
#[test]
fn the_model_forbids_what_the_rules_forbid() {
    let model = Model::default();
    let sale = |seller, tenant, country, company| Command::Create {
        seller,
        reseller: None,
        tenant,
        country,
        company,
    };
    let direct_bill = SELLERS.iter().position(|seller| seller.id == "d0").unwrap();
    assert!(model.must_allow(&sale(direct_bill, 0, 0, 0)).is_ok());
    assert!(model.must_allow(&sale(direct_bill, 4, 0, 0)).unwrap_err().contains("SAL-03"));
    assert!(model.must_allow(&sale(direct_bill, 0, 0, 2)).unwrap_err().contains("SAL-04"));
    assert!(model.must_allow(&sale(direct_bill, 0, 1, 0)).unwrap_err().contains("RGN-02"));
    assert!(model.must_allow(&Command::Partner { provider: 0, reseller: 4 }).unwrap_err().contains("RGN-01"));
}
