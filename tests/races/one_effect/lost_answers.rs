//! The caller goes away, or its connection breaks, at any moment of a call; the repeat has no second effect.

use csp_policy::Role;
use csp_tests::proxy::Tap;
use csp_tests::{Backend, Party, Way, faults};

use super::scene::{Mutation, Scene};
use crate::no_new_enemy::honest;

/// Losses of each kind of request.
const TRIALS: usize = 24;
/// The longest that a caller waits before it goes away: that many turns of others.
const TURNS_MAX: usize = 4000;

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_answer_was_lost_is_repeated_safely() {
    for backend in Backend::all() {
        let suite = honest(backend).await;
        let scene = Scene::set(&suite, TRIALS).await;
        let tap = Tap::start(suite.address()).await;
        for mutation in Mutation::ALL {
            let mut chance = fastrand::Rng::with_seed(7);
            let (mut lost, mut took_effect) = (0, 0);
            for trial in 0..TRIALS {
                let turns = chance.usize(..TURNS_MAX);
                let hangs_up = trial % 2 == 0;
                if !lose(&scene, &tap, mutation, trial, turns, hangs_up).await {
                    continue;
                }
                lost += 1;
                took_effect += usize::from(scene.effects(mutation).await > trial);
            }
            tell(backend, mutation, lost, took_effect);
        }
    }
}

/// Sends a request through the tap and loses it after so many turns: the caller hangs up, or its connection is cut.
/// Then repeats it, twice. Whether it was lost before it was answered.
async fn lose(
    scene: &Scene,
    tap: &Tap,
    mutation: Mutation,
    trial: usize,
    turns: usize,
    hangs_up: bool,
) -> bool {
    let far = through(tap, scene.caller(mutation));
    let id = format!("lost{trial}");
    let going_away = async {
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        if !hangs_up {
            tap.cut();
            std::future::pending::<()>().await;
        }
    };
    let answered = tokio::select! {
        answer = scene.send(far, mutation, trial, &id) => answer.is_ok(),
        () = going_away => false,
    };
    tap.heal();

    let again = || scene.send(scene.caller(mutation).clone(), mutation, trial, &id);
    let first = again().await.expect("a repeat of a lost call succeeds");
    assert_eq!(again().await.unwrap(), first, "{mutation:?}");
    assert_eq!(scene.effects(mutation).await, trial + 1, "{mutation:?} was lost after {turns} turns");
    !answered
}

/// The same person, by way of the tap.
fn through(tap: &Tap, party: &Party) -> Party {
    let roles = [Role::GlobalAdmin, Role::UserAdmin, Role::AdminAgent, Role::SalesAgent];
    Party::partner(Way::to(tap.address()), &party.tenant, &roles)
}

fn tell(backend: Backend, mutation: Mutation, lost: usize, took_effect: usize) {
    assert!(lost * 4 > TRIALS, "only {lost} of {TRIALS} calls were lost");
    faults::record(
        &format!("{mutation:?}: the caller hangs up, or its connection is cut, during the call ({backend:?})"),
        "the repeat succeeds, and so does the next with the same answer; one effect",
        TRIALS,
        &format!("{lost} of {TRIALS} answers were lost; {took_effect} requests have one effect each, none two"),
        "see the row of 64 calls: without a request_id a repeat is a second request",
        "cargo test -p csp-tests --test races a_call_whose_answer_was_lost",
    );
}
