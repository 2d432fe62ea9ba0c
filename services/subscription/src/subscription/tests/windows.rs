//! Acts at the end of a 7-day window, while the clock goes on during the act.

use csp_policy::WINDOW_HOURS;
use csp_proto::subscription::v1 as pb;
use csp_service::{Fault, Result, wire};
use jiff::SignedDuration;

use crate::fixtures::{agent, line, order, world};
use crate::order::tests::buy;
use crate::subscription;

const SUBSCRIPTIONS: i64 = 30;

#[tokio::test]
async fn an_accepted_cancellation_never_bears_a_time_after_its_window() {
    let world = world().await.with_offers().await;
    let mut names = Vec::new();
    for _ in 0..SUBSCRIPTIONS {
        let bought = buy(&world, order(vec![line("mail", 1)])).await.unwrap();
        names.push(bought.subscriptions[0].name.clone());
    }
    let window_end = world.clock.now() + SignedDuration::from_hours(WINDOW_HOURS);
    world.clock.set(window_end - SignedDuration::from_secs(SUBSCRIPTIONS)).unwrap();
    world.clock.step_by(SignedDuration::from_secs(1));

    let call = agent("contoso", "CancelSubscription");
    let mut answers: Vec<Result<pb::CancelSubscriptionResponse>> = Vec::new();
    for name in names {
        let request = pb::CancelSubscriptionRequest { name, ..Default::default() };
        answers.push(subscription::cancel(&world.service, &call, request).await);
    }
    assert!(answers.iter().any(Result::is_ok) && answers.iter().any(Result::is_err));
    for answer in answers {
        let decision = match answer {
            Ok(accepted) => accepted.decision.unwrap(),
            Err(Fault::Refused(refused)) => refused.told,
            Err(fault) => panic!("{fault:?}"),
        };
        let decided = wire::instant(decision.decide_time.as_ref().unwrap()).unwrap();
        let is_accepted = decision.verdict() == csp_proto::policy::v1::Verdict::Accepted;
        assert_eq!(is_accepted, decided <= window_end, "{decided} {decision:?}");
    }
}
