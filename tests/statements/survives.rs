//! Each command survives the failure of each of its statements, one at a time.

use csp_suite::service::Service;
use csp_tests::faults;
use csp_tests::proxy::Fault;

use crate::command::Command;
use crate::scene::Scene;

/// More round trips than any command makes to one database.
const ROUND_TRIPS_MAX: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn a_serialization_failure_of_any_statement_starts_the_command_again() {
    every_command_survives(Fault::Serialization, "a statement ends in a serialization failure").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadlock_at_any_statement_starts_the_command_again() {
    every_command_survives(Fault::Deadlock, "a statement becomes the victim of a deadlock").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_before_any_statement_starts_the_command_again() {
    every_command_survives(Fault::CutBefore, "the connection breaks before a statement").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_after_any_statement_even_a_commit_has_one_effect() {
    every_command_survives(Fault::CutAfter, "the connection breaks after a statement, its answer lost").await;
}

async fn every_command_survives(fault: Fault, told: &str) {
    let Some(scene) = Scene::set().await else { return };
    let mut trials = 0;
    for command in Command::ALL {
        for service in Service::ALL {
            trials += survives(&scene, command, service, fault).await;
        }
    }
    assert!(trials > 200, "only {trials} statements were hit");
    let control = "without the retries of `races::bounded` the first hit ends in ABORTED or UNAVAILABLE";
    let command = "cargo test -p csp-tests --test statements survives";
    faults::record(told, "the command succeeds, with one effect", trials, "all succeeded", control, command);
}

/// Lets the first, then the second … statement to the service's database fail, until there is none left; how many.
async fn survives(scene: &Scene, command: Command, service: Service, fault: Fault) -> usize {
    for n in 1..ROUND_TRIPS_MAX {
        let tag = format!("{}-{}-{n}", command as usize, service as usize);
        let deed = command.ready(scene, &tag).await;
        let before = scene.orders().await;
        scene.will_fail(service, n, fault);
        let done = deed.await;
        let hit = scene.healed(service);
        let after = scene.orders().await;
        if command == Command::SubmitOrder {
            assert_eq!(after, before + 1, "{fault:?} at {hit:?}: an accepted order leaves exactly one");
        }
        if let Err(status) = done {
            panic!("{command:?} did not survive {fault:?} at {hit:?} of {service}: {status}");
        }
        if hit.is_empty() {
            return n - 1;
        }
    }
    panic!("{command:?} never ran out of statements");
}
