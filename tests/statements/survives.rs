//! Each command survives the failure of each of its statements, one at a time.

use csp_suite::service::Service;
use csp_tests::faults;
use csp_tests::proxy::Fault;

use crate::command::Command;
use crate::scene::Scene;

/// Round trips of what runs beside a command: numbering the journal, asking how the database is.
const BESIDE: usize = 3;

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

/// Lets the first, then the second … round trip to the service's database fail, as many as the command makes when
/// nothing fails, and some more for what runs beside it; how many were hit.
async fn survives(scene: &Scene, command: Command, service: Service, fault: Fault) -> usize {
    let tag = |n: usize| format!("{}-{}-{n}", command as usize, service as usize);
    let deed = command.ready(scene, &tag(0)).await;
    let round_trips = scene.round_trips(service, deed).await;
    let mut hits = 0;
    for n in 1..=round_trips + BESIDE {
        let deed = command.ready(scene, &tag(n)).await;
        let before = scene.orders().await;
        scene.will_fail(service, n, fault);
        let done = deed.await;
        let hit = scene.healed(service);
        let after = scene.orders().await;
        if let Err(status) = done {
            panic!("{command:?} did not survive {fault:?} at {hit:?} of {service}: {status}");
        }
        if command == Command::SubmitOrder {
            assert_eq!(after, before + 1, "{fault:?} at {hit:?}: an accepted order leaves exactly one");
        }
        hits += hit.len();
    }
    hits
}
