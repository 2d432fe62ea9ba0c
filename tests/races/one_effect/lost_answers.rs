//! The caller goes away, or its connection breaks, at any moment of a call; the repeat has no second effect.

use std::time::Duration;

use csp_policy::Role;
use csp_tests::proxy::Tap;
use csp_tests::{Backend, Party, Route, faults};

use super::scene::{Mutation, Scene};
use crate::races::no_new_enemy::honest;
use crate::races::runner::Schedule;

/// Losses of each kind of request.
const TRIALS: usize = 24;
/// The first of them lose the answer to a call that had its effect, for certain; the others lose whatever they meet.
const AFTER_THE_EFFECT: usize = 6;
/// How long an effect may take, however busy the machine is.
const EFFECT_WAIT_MAX: Duration = Duration::from_secs(120);
/// How often it is looked whether it has come.
const LOOK_PERIOD: Duration = Duration::from_millis(10);
/// The longest that a caller waits before it goes away: that many answers to others.
const READS_MAX: u32 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_answer_was_lost_is_repeated_safely() {
    for backend in Backend::all() {
        let suite = honest(backend).await;
        let scene = Scene::set(&suite, TRIALS).await;
        let tap = Tap::start(suite.address()).await;
        let mut told = Vec::new();
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
            told.push((mutation, lost, took_effect));
        }
        let twice = effects_twice_without_request_id(&scene, &tap).await;
        for (mutation, lost, took_effect) in told {
            tell(backend, mutation, (lost, took_effect), twice);
        }
    }
}

/// Sends a request through the tap that holds the answer back; its connection is cut when it had its effect.
async fn lose_the_answer(scene: &Scene, tap: &Tap, mutation: Mutation, trial: usize, id: &str) {
    let before = scene.effects(mutation).await;
    tap.hold_answers();
    let cut_after_the_effect = async {
        let mut look = tokio::time::interval(LOOK_PERIOD);
        while scene.effects(mutation).await == before {
            look.tick().await;
        }
        tap.cut();
    };
    let sent = scene.send(through(tap, scene.caller(mutation)), mutation, trial, id);
    let both = async { tokio::join!(sent, cut_after_the_effect) };
    let (answer, ()) =
        tokio::time::timeout(EFFECT_WAIT_MAX, both).await.expect("what the peer hears it does");
    answer.expect_err("the answer was held back");
    tap.heal();
}

/// Sends a request through the tap, and loses it: the caller hangs up, or its connection is cut. Whether it was
/// answered before.
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

/// The negative control: orders without a request id that were lost after they were sold are sold twice when they are
/// repeated. In how many trials that was so.
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

/// The same person, by way of the tap.
fn through(tap: &Tap, party: &Party) -> Party {
    let roles = [Role::GlobalAdmin, Role::UserAdmin, Role::AdminAgent, Role::SalesAgent];
    Party::partner(Route::to(tap.address()), &party.tenant, &roles)
}

fn tell(backend: Backend, mutation: Mutation, (lost, took_effect): (usize, usize), twice: usize) {
    faults::record(
        &format!(
            "{mutation:?}: the caller hangs up, or its connection is cut, during the call ({backend:?})"
        ),
        "the repeat succeeds, and so does the next with the same answer; one effect",
        TRIALS,
        &format!("{lost} answers were lost, {took_effect} of them after the effect; one effect each"),
        &format!("without a request_id: {twice} of {TRIALS} lost orders were sold twice by their repeat"),
        "",
    );
}
