//! 64 concurrent calls with one request id.

use std::sync::Arc;
use std::time::Instant;

use csp_tests::{Backend, Running, Shape, faults};
use tokio::task::JoinSet;

use super::scene::{Mutation, Scene};
use crate::races::no_new_enemy::START;

/// Number of concurrent calls.
const CALLS: usize = 64;
/// Number of requests of each mutation, each sent by all calls.
const TRIALS: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_calls_with_one_request_id_have_one_effect_and_one_answer() {
    let mut shapes = vec![Shape::OnSqlite];
    if Backend::all().contains(&Backend::Postgres) {
        shapes.extend([Shape::OnPostgres, Shape::FourProcesses]);
    }
    for shape in shapes {
        let suite = Running::start_as(shape, START).await;
        let scene = Arc::new(Scene::set(&suite, TRIALS).await);
        for mutation in Mutation::ALL {
            let begun = Instant::now();
            for trial in 0..TRIALS {
                must_be_alike(&scene, mutation, trial, "r").await;
                assert_eq!(scene.effects(mutation).await, trial + 1, "{mutation:?} {shape:?}");
            }
            let other = without_request_id(&scene, mutation).await;
            let result = format!(
                "{CALLS} equal answers and 1 effect in each of {TRIALS} trials; {:.1} s",
                begun.elapsed().as_secs_f64()
            );
            faults::record(
                &format!("{CALLS} concurrent {mutation:?} calls with one request_id ({shape:?})"),
                "one effect, one answer",
                TRIALS * CALLS,
                &result,
                &other,
                "",
            );
        }
    }
}

/// Makes the concurrent calls, which must all succeed with the same answer.
async fn must_be_alike(scene: &Arc<Scene>, mutation: Mutation, trial: usize, request_id: &'static str) {
    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        let (scene, id) = (Arc::clone(scene), format!("{request_id}{trial}"));
        calls.spawn(async move {
            scene.send(scene.caller(mutation).clone(), mutation, trial, &id).await.expect("a repeat succeeds")
        });
    }
    let answers = calls.join_all().await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{mutation:?}");
}

/// The negative control: two calls without a request id are two requests.
async fn without_request_id(scene: &Scene, mutation: Mutation) -> String {
    let before = scene.effects(mutation).await;
    let send = || scene.send(scene.caller(mutation).clone(), mutation, 0, "");
    let (one, other) = tokio::join!(send(), send());
    let answers = [one, other].into_iter().filter_map(Result::ok).collect::<Vec<_>>();
    let effects = scene.effects(mutation).await - before;
    // Two equal orders are allowed. A second customer with the tenant, or a second pending request, is
    // refused.
    assert_eq!(effects, if mutation == Mutation::SubmitOrder { 2 } else { 0 });
    assert!(answers.len() == effects && answers.windows(2).all(|pair| pair[0] != pair[1]));
    format!("without a request_id: 2 calls, {effects} more effects, {} refused", 2 - answers.len())
}
