//! The caller hangs up, or its connection breaks, at any moment of a call. The repeat of the call has no
//! second effect.

use std::time::Duration;

use csp_policy::Role;
use csp_tests::proxy::Tap;
use csp_tests::{Backend, Party, Route, faults};

use super::scene::{Mutation, Scene};
use crate::races::no_new_enemy::honest;
use crate::races::runner::Schedule;

/// Number of trials of each mutation.
const TRIALS: usize = 24;
/// The first trials surely lose the answer after the effect. The others lose the call at a random moment.
const AFTER_THE_EFFECT: usize = 6;
/// Time limit for an effect; long enough for a busy machine.
const EFFECT_WAIT_MAX: Duration = Duration::from_secs(120);
/// Pause between two counts of the effects.
const POLL_PERIOD: Duration = Duration::from_millis(10);
/// Maximum wait of a caller before it hangs up, as a number of reads by the same party.
const READS_MAX: u32 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn a_call_with_a_lost_answer_is_repeated_safely() {
    for backend in Backend::all() {
        let suite = honest(backend).await;
        let scene = Scene::set(&suite, TRIALS).await;
        let tap = Tap::start(suite.address()).await;
        let mut results = Vec::new();
        for mutation in Mutation::ALL {
            let (mut lost, mut took_effect) = (0, 0);
            for trial in 0..TRIALS {
                let id = format!("lost{trial}");
                let is_lost = if trial < AFTER_THE_EFFECT {
                    lose_the_answer(&scene, &tap, mutation, trial, &id).await;
                    true
                } else {
                    !is_answered(&scene, &tap, mutation, trial, &id).await
                };
                if is_lost {
                    lost += 1;
                    took_effect += usize::from(scene.effects(mutation).await > trial);
                }
                let again = || scene.send(scene.caller(mutation).clone(), mutation, trial, &id);
                let first = again().await.expect("a repeat of a lost call succeeds");
                assert_eq!(again().await.unwrap(), first, "{mutation:?}");
                assert_eq!(scene.effects(mutation).await, trial + 1, "{mutation:?} in trial {trial}");
            }
            results.push((mutation, lost, took_effect));
        }
        let twice = effects_twice_without_request_id(&scene, &tap).await;
        for (mutation, lost, took_effect) in results {
            record_row(backend, mutation, (lost, took_effect), twice);
        }
    }
}

/// Sends a request through the tap, which holds the answer back. Cuts the connection once the request had its
/// effect.
async fn lose_the_answer(scene: &Scene, tap: &Tap, mutation: Mutation, trial: usize, id: &str) {
    let before = scene.effects(mutation).await;
    tap.hold_answers();
    let cut_after_the_effect = async {
        let mut look = tokio::time::interval(POLL_PERIOD);
        while scene.effects(mutation).await == before {
            look.tick().await;
        }
        tap.cut();
    };
    let sent = scene.send(through(tap, scene.caller(mutation)), mutation, trial, id);
    let both = async { tokio::join!(sent, cut_after_the_effect) };
    let (answer, ()) = tokio::time::timeout(EFFECT_WAIT_MAX, both)
        .await
        .expect("the request reaches the suite and has its effect");
    answer.expect_err("the answer was held back");
    tap.heal();
}

/// Sends a request through the tap; after a random lag the caller hangs up, or its connection is cut. Returns
/// whether the call succeeded before that.
async fn is_answered(scene: &Scene, tap: &Tap, mutation: Mutation, trial: usize, id: &str) -> bool {
    let lag = Schedule::new(trial).lag_of_reads(READS_MAX);
    let going_away = async {
        lag.pass(scene.caller(mutation)).await;
        if !trial.is_multiple_of(2) {
            tap.cut();
            std::future::pending::<()>().await;
        }
    };
    let answered = tokio::select! {
        answer = scene.send(through(tap, scene.caller(mutation)), mutation, trial, id) => answer.is_ok(),
        () = going_away => false,
    };
    tap.heal();
    answered
}

/// The negative control: without a request id, an order whose answer was lost is sold twice when it is
/// repeated. Returns in how many trials that happened.
async fn effects_twice_without_request_id(scene: &Scene, tap: &Tap) -> usize {
    let order = Mutation::SubmitOrder;
    for trial in 0..AFTER_THE_EFFECT {
        let before = scene.effects(order).await;
        lose_the_answer(scene, tap, order, trial, "").await;
        scene.send(scene.caller(order).clone(), order, trial, "").await.unwrap();
        assert_eq!(scene.effects(order).await, before + 2, "sold twice in trial {trial}");
    }
    let mut twice = AFTER_THE_EFFECT;
    for trial in AFTER_THE_EFFECT..TRIALS {
        let before = scene.effects(order).await;
        if !is_answered(scene, tap, order, trial, "").await {
            scene.send(scene.caller(order).clone(), order, trial, "").await.unwrap();
            twice += usize::from(scene.effects(order).await > before + 1);
        }
    }
    twice
}

/// The same person, calling through the tap.
fn through(tap: &Tap, party: &Party) -> Party {
    let roles = [Role::GlobalAdmin, Role::UserAdmin, Role::AdminAgent, Role::SalesAgent];
    Party::partner(Route::to(tap.address()), &party.tenant, &roles)
}

fn record_row(backend: Backend, mutation: Mutation, (lost, took_effect): (usize, usize), twice: usize) {
    faults::record(
        &format!(
            "{mutation:?}: the caller hangs up, or its connection is cut, during the call ({backend:?})"
        ),
        "the repeat succeeds, the next repeat gets the same answer; one effect",
        TRIALS,
        &format!("{lost} answers were lost, {took_effect} of them after the effect; one effect each"),
        &format!("without a request_id: {twice} of {TRIALS} lost orders were sold twice by their repeat"),
        "",
    );
}
