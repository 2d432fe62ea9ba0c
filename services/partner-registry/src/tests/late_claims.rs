//! A claim that is still on its way when its operation is given up.

use csp_service::LATE_CALL_MAX;
use tokio::task::JoinSet;

use super::*;

const TENANT: &str = "tailspin.example";
const DOMAIN: &str = "toys.example";

impl House {
    async fn holder(&self, domain: &str) -> String {
        let request = pb::GetFactsRequest {
            as_of: "2026-11-21".to_owned(),
            domains: vec![domain.to_owned()],
            ..Default::default()
        };
        registry::facts::get(&self.registry, request).await.unwrap().domains[0].customer.clone()
    }

    async fn tombstones(&self) -> i64 {
        let mut reader = self.registry.store().read_once().await.unwrap();
        sqlx::query_scalar("SELECT COUNT(*) FROM operation_guard").fetch_one(&mut *reader).await.unwrap()
    }
}

#[tokio::test]
async fn what_an_operation_gave_up_is_not_claimed_by_it_later() {
    let house = House::open().await;
    house.release("o", "tailspin").await;
    let late = house.claim_for("o", "tailspin", TENANT, DOMAIN).await;
    assert!(matches!(late, Err(Fault::StateConflict { .. })), "{late:?}");
    assert_eq!(house.holder(DOMAIN).await, "");
    assert!(house.claim_for("p", "wingtip", TENANT, DOMAIN).await.unwrap().claimed);
}

#[tokio::test]
async fn a_late_release_leaves_what_the_next_operation_claimed_under_the_same_id() {
    let house = House::open().await;
    assert!(house.claim_for("o", "tailspin", TENANT, DOMAIN).await.unwrap().claimed);
    house.release("o", "tailspin").await;
    assert!(house.claim_for("p", "tailspin", TENANT, DOMAIN).await.unwrap().claimed);
    house.release("o", "tailspin").await;
    assert_eq!(house.holder(DOMAIN).await, "customers/tailspin");
}

/// Whoever comes first, nothing stays claimed for an operation that was given up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_and_its_release_never_pass_each_other() {
    for round in 0..20 {
        let house = House::open().await;
        let mut claims = JoinSet::new();
        for _ in 0..4 {
            let (registry, operation) = (house.registry.clone(), "operations/o".to_owned());
            claims.spawn(async move {
                let request = pb::ClaimCustomerRequest {
                    customer: "customers/tailspin".to_owned(),
                    tenant: TENANT.to_owned(),
                    domain: DOMAIN.to_owned(),
                    operation,
                };
                registry::claim::claim_customer(&registry, None, request).await
            });
        }
        house.release("o", "tailspin").await;
        claims.join_all().await;
        assert_eq!(house.holder(DOMAIN).await, "", "round {round}");
    }
}

#[tokio::test]
async fn tombstones_are_kept_as_long_as_a_call_can_be_late_and_no_longer() {
    let house = House::open().await;
    house.release("o", "tailspin").await;
    assert!(house.claim_for("p", "wingtip", TENANT, DOMAIN).await.unwrap().claimed);
    assert_eq!(house.tombstones().await, 1, "a step that went well leaves none");
    let clock = &house.registry.book().clock;
    clock.set(clock.now() + LATE_CALL_MAX).unwrap();
    house.release("q", "tailspin").await;
    assert_eq!(house.tombstones().await, 2);
    clock.set(clock.now() + std::time::Duration::from_secs(1)).unwrap();
    house.release("r", "tailspin").await;
    assert_eq!(house.tombstones().await, 2, "the first is gone");
}
