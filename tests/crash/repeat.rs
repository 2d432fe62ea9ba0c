//! A call that is repeated after a kill.

use csp_proto::partner_registry::v1::{CreateOrganizationRequest, ListOrganizationsRequest};
use csp_tests::Party;
use csp_tests::cluster::{Cluster, Layout};
use csp_tests::databases::Databases;

use crate::crash::cast::START;

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_after_a_kill_gets_the_first_answer() {
    let mut cluster = Cluster::start(Databases::sqlite(), Layout::One, START).await;
    let operator = Party::operator(cluster.way());
    let wanted = CreateOrganizationRequest {
        request_id: "once".to_owned(),
        legal_name: "Any Ltd".to_owned(),
        country: "DE".to_owned(),
        ..Default::default()
    };
    let first = operator.registry().create_organization(wanted.clone()).await.unwrap().into_inner();
    cluster.kill(cluster.members()).await;
    cluster.start_missing(START).await;

    let operator = Party::operator(cluster.way());
    let second = operator.registry().create_organization(wanted).await.unwrap().into_inner();
    assert_eq!(first, second);
    let stored = operator.registry().list_organizations(ListOrganizationsRequest::default()).await;
    assert_eq!(stored.unwrap().into_inner().organizations.len(), 1);
}
