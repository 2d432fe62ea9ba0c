//! Of a past customer, a partner lists name and tenant only.

use csp_proto::relationship::v1::RelationshipState;

use super::*;

async fn listed(scene: &Scene, text: &str, counterpart: &str) -> Vec<pb::Customer> {
    let filter = pb::CustomerFilter {
        text: text.to_owned(),
        counterpart: counterpart.to_owned(),
        ..Default::default()
    };
    let request = pb::ListCustomersRequest { filter: Some(filter), ..Default::default() };
    customer::list(&scene.service, &provider("ListCustomers"), request).await.unwrap().customers
}

/// A scene whose customer Tailspin nobody serves any more.
async fn past() -> Scene {
    let scene = Scene::set().await;
    scene.create(creation("r")).await.unwrap();
    scene.peers.state().relationships.iter_mut().for_each(|it| it.set_state(RelationshipState::Ended));
    scene
}

#[tokio::test]
async fn a_past_partner_lists_name_and_tenant() {
    let scene = past().await;
    let outline = pb::Customer {
        name: "customers/tailspin".to_owned(),
        profile: Some(CustomerProfile {
            tenant: Some(Tenant { tenant_id: "tailspin.example".to_owned(), ..Default::default() }),
            company_name: "Tailspin Toys".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    assert_eq!(listed(&scene, "toys", "").await, [outline]);
    assert_eq!(listed(&scene, "example", "").await, [], "a text is no probe of the domain");
}

#[tokio::test]
async fn a_past_partner_that_is_reseller_of_record_lists_the_whole_customer() {
    let scene = past().await;
    scene.peers.state().customers_of_record = vec!["customers/tailspin".to_owned()];
    for counterpart in ["", "partners/fabrikam"] {
        let found = listed(&scene, "example", counterpart).await;
        assert_eq!(found.len(), 1, "{counterpart}");
        assert!(found[0].revision > 0, "{counterpart}");
    }
}
