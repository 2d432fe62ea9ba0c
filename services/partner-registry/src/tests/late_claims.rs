//! Claims that are in flight while their operation is released.

use csp_proto::internal::partner_registry::v1 as internal;
use csp_service::LATE_CALL_MAX;
use tokio::task::JoinSet;

use super::*;

const TENANT: &str = "tailspin.example";
const DOMAIN: &str = "toys.example";

impl House {
    async fn holder(&self, domain: &str) -> String {
        let request = internal::GetFactsRequest {
            as_of_date: "2026-11-21".to_owned(),
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
async fn a_released_operation_cannot_claim_again() {
    let house = House::open().await;
    house.release("o", "tailspin").await;
    let late = house.claim_for("o", "tailspin", TENANT, DOMAIN).await;
    assert!(matches!(late, Err(Fault::StateConflict { .. })), "{late:?}");
    assert_eq!(house.holder(DOMAIN).await, "");
    assert!(house.claim_for("p", "wingtip", TENANT, DOMAIN).await.unwrap().claimed);
}

#[tokio::test]
async fn a_late_release_keeps_the_claims_of_a_later_operation_for_the_same_customer() {
    let house = House::open().await;
    assert!(house.claim_for("o", "tailspin", TENANT, DOMAIN).await.unwrap().claimed);
    house.release("o", "tailspin").await;
    assert!(house.claim_for("p", "tailspin", TENANT, DOMAIN).await.unwrap().claimed);
    house.release("o", "tailspin").await;
    assert_eq!(house.holder(DOMAIN).await, "customers/tailspin");
}

/// Whichever call comes first, nothing stays claimed for a released operation.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_claim_survives_a_concurrent_release() {
    for round in 0..20 {
        let house = House::open().await;
        let mut claims = JoinSet::new();
        for _ in 0..4 {
            let (registry, operation) = (house.registry.clone(), "operations/o".to_owned());
            claims.spawn(async move {
                let request = internal::ClaimCustomerRequest {
                    customer: "customers/tailspin".to_owned(),
                    tenant_id: TENANT.to_owned(),
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
async fn tombstones_are_pruned_once_no_call_can_be_late_for_them() {
    let house = House::open().await;
    house.release("o", "tailspin").await;
    assert!(house.claim_for("p", "wingtip", TENANT, DOMAIN).await.unwrap().claimed);
    assert_eq!(house.tombstones().await, 1, "a completed step leaves no tombstone");
    let clock = &house.registry.book().clock;
    clock.set(clock.now() + LATE_CALL_MAX).unwrap();
    house.release("q", "tailspin").await;
    assert_eq!(house.tombstones().await, 2);
    clock.set(clock.now() + std::time::Duration::from_secs(1)).unwrap();
    house.release("r", "tailspin").await;
    assert_eq!(house.tombstones().await, 2, "the first tombstone is pruned");
}
