//! Each command survives the failure of each of its statements, one at a time.

use csp_suite::service::Service;
use csp_tests::all_orders;
use csp_tests::faults;
use csp_tests::proxy::Fault;
use csp_tests::switches::STATEMENT_FAULTS;
use tonic::Code;

use crate::statements::command::Command;
use crate::statements::scene::Scene;

/// Round trips that background work may make during a command: numbering the journal and health checks.
const BESIDE: usize = 3;

/// How a statement fails, each way with its text in `tests/FAULTS.md`.
const FAULTS: [(Fault, &str); 4] = [
    (Fault::Serialization, "a statement ends in a serialization failure"),
    (Fault::CutAfter, "the connection breaks after a statement or a commit, and the answer is lost"),
    (Fault::Deadlock, "a statement becomes the victim of a deadlock"),
    (Fault::CutBefore, "the connection breaks before a statement"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_command_survives_the_failure_of_each_of_its_statements() {
    let Some(scene) = Scene::set().await else { return };
    let mut trials = [0; FAULTS.len()];
    let ways = if STATEMENT_FAULTS.is_on() { FAULTS.len() } else { 1 };
    for command in Command::ALL {
        for service in Service::ALL {
            for way in 0..ways {
                survives(&scene, command, service, way, &mut trials).await;
            }
        }
    }
    assert!(trials.iter().all(|trials| *trials > 20), "too few statements were hit: {trials:?}");
    let control = "a read, which has no retry, ends in ABORTED or UNAVAILABLE";
    let switches = if STATEMENT_FAULTS.is_on() { "CSP_STATEMENT_FAULTS=1" } else { "" };
    for ((_, words), trials) in FAULTS.iter().zip(trials) {
        faults::record(
            words,
            "the command succeeds, with one effect",
            trials,
            "every command did",
            control,
            switches,
        );
    }
}

/// The negative control: the server does not retry a read, so its caller gets the failure.
#[tokio::test(flavor = "multi_thread")]
async fn the_caller_of_a_read_gets_the_failure_of_its_statement() {
    let Some(scene) = Scene::set().await else { return };
    for (fault, code) in [(Fault::Serialization, Code::Aborted), (Fault::CutBefore, Code::Unavailable)] {
        let mut answers = Vec::new();
        // The fault may hit background work instead of the read, so the read is repeated until it fails.
        while answers.is_empty() {
            scene.will_fail(Service::Subscription, 1, fault);
            let listed = scene.suite.operator().subscription().list_orders(all_orders()).await;
            answers.extend(listed.err().map(|status| status.code()));
            scene.healed(Service::Subscription);
        }
        assert_eq!(answers, [code], "{fault:?}");
    }
}

/// Repeats the command and makes another round trip to the service's database fail each time: the first, the
/// second and so on, up to the number that the command makes when nothing fails, and [`BESIDE`] more for
/// background work. Adds the round trips that failed to `trials`.
async fn survives(
    scene: &Scene,
    command: Command,
    service: Service,
    way: usize,
    trials: &mut [usize; FAULTS.len()],
) {
    let tag = |n: usize| format!("{}-{}-{way}-{n}", command as usize, service as usize);
    let call = command.ready(scene, &tag(0)).await;
    let round_trips = scene.round_trips(service, call).await;
    for n in 1..=round_trips + BESIDE {
        let which = (n + command as usize + service as usize + way) % FAULTS.len();
        let fault = FAULTS[which].0;
        let call = command.ready(scene, &tag(n)).await;
        let before = scene.orders().await;
        scene.will_fail(service, n, fault);
        let done = call.await;
        let hit = scene.healed(service);
        let after = scene.orders().await;
        if let Err(status) = done {
            panic!("{command:?} did not survive {fault:?} at {hit:?} of {service}: {status}");
        }
        if command == Command::SubmitOrder {
            assert_eq!(
                after,
                before + 1,
                "{fault:?} at {hit:?}: an accepted call must store exactly one order"
            );
        }
        trials[which] += hit.len();
    }
}
