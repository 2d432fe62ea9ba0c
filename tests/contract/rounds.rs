//! Questions to a peer that share one RPC (a round) get the same answers as questions asked one by one.

use csp_policy::{Caller, Day};
use csp_proto::internal::relationship::v1::relationship_facts_service_client::RelationshipFactsServiceClient;
use csp_proto::internal::relationship::v1::{BatchGetEdgesRequest, GetEdgesRequest, GetEdgesResponse};
use csp_service::peers::{Query, ROUND_MAX, Registry, RegistryFacts};
use csp_service::{Call, Fault, Peer};
use csp_tests::peer_proxy::{Between, Doors, Lies};
use csp_tests::{Inside, Running, Seller};
use tokio::task::JoinSet;
use tonic::Code;

/// Maximum number of tries until concurrent queries share a round.
const TRIES_MAX: usize = 100;

/// Partners with every kind of edge between them: a provider with a reseller and a former reseller, and a
/// direct-bill partner. The provider has one customer together with its reseller and one alone, the
/// direct-bill partner has one.
struct Scene {
    suite: Running,
    sellers: Vec<Seller>,
    /// Name and tenant. The first customer does not exist; the last entry has no name and the reseller's CSP
    /// tenant.
    customers: Vec<(String, String)>,
}

impl Scene {
    async fn set() -> Scene {
        let suite = Running::start().await;
        let contoso = suite.provider("contoso", "DE").await;
        let litware = suite.direct_bill("litware", "DE").await;
        let fabrikam = suite.reseller("fabrikam", "FR").await;
        let former = suite.reseller("former", "FR").await;
        suite.partnership(&contoso, &fabrikam).await;
        let ended = suite.partnership(&contoso, &former).await;
        contoso.remove_partnership(&ended).await.unwrap();
        let mut customers = vec![("customers/nobody".to_owned(), "nobody.tenant".to_owned())];
        for (id, seller, reseller) in
            [("joint", &contoso, Some(&fabrikam)), ("own", &contoso, None), ("direct", &litware, None)]
        {
            customers.push((suite.customer_of(id, "DE", seller, reseller).await, format!("{id}.tenant")));
        }
        customers.push((String::new(), "fabrikam.example".to_owned()));
        Scene { suite, sellers: vec![contoso, litware, fabrikam, former], customers }
    }

    /// One question for every combination of provider, reseller and customer, including absent ones.
    fn questions(&self) -> Vec<GetEdgesRequest> {
        let sellers = || self.sellers.iter().map(|seller| seller.name.clone()).chain([String::new()]);
        let mut questions = Vec::new();
        for provider in sellers() {
            for reseller in sellers() {
                for (customer, customer_tenant_id) in self.customers.clone() {
                    let (provider, reseller) = (provider.clone(), reseller.clone());
                    let as_of_date = String::new();
                    questions.push(GetEdgesRequest {
                        provider,
                        reseller,
                        customer,
                        customer_tenant_id,
                        as_of_date,
                    });
                }
            }
        }
        questions
    }
}

fn call() -> Call {
    Call::made_by(Caller::operator(), "olga", "SubmitOrder")
}

async fn get_edges(inside: &Inside, request: GetEdgesRequest) -> GetEdgesResponse {
    let (call, relationship) = (call(), inside.peer("relationship"));
    let asked = relationship.ask(&call, request, |channel, request| async {
        RelationshipFactsServiceClient::new(channel).get_edges(request).await
    });
    asked.await.unwrap()
}

async fn batch_get_edges(
    inside: &Inside,
    requests: Vec<GetEdgesRequest>,
) -> Result<Vec<GetEdgesResponse>, Fault> {
    let requests = BatchGetEdgesRequest { requests };
    let (call, relationship) = (call(), inside.peer("relationship"));
    let asked = relationship.ask(&call, requests, |channel, request| async {
        RelationshipFactsServiceClient::new(channel).batch_get_edges(request).await
    });
    asked.await.map(|answer| answer.responses)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_edges_answers_like_single_calls() {
    let scene = Scene::set().await;
    let inside = scene.suite.inside().await;
    let (mut found, questions) = (0, scene.questions());
    // Batches of every allowed length, again and again until all questions are asked.
    let mut rest = questions.as_slice();
    for length in (1..=ROUND_MAX).cycle() {
        let (requests, later) = rest.split_at(length.min(rest.len()));
        let answers = batch_get_edges(&inside, requests.to_vec()).await.unwrap();
        assert_eq!(requests.len(), answers.len());
        for (request, answer) in requests.iter().zip(answers) {
            assert_eq!(get_edges(&inside, request.clone()).await, answer, "{request:?}");
            found += usize::from(answer != GetEdgesResponse::default());
        }
        if later.is_empty() {
            break;
        }
        rest = later;
    }
    assert!(found > 20, "only {found} of {} questions found an edge", questions.len());
    inside.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_edges_has_a_limit() {
    let suite = Running::start().await;
    let inside = suite.inside().await;
    for length in [0, ROUND_MAX + 1] {
        let requests = vec![GetEdgesRequest::default(); length];
        let refused = batch_get_edges(&inside, requests).await;
        assert!(
            matches!(refused, Err(Fault::PeerAnswered(status)) if status.code() == Code::InvalidArgument)
        );
    }
    inside.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_registry_queries_answer_like_single_ones() {
    let scene = Scene::set().await;
    let inside = scene.suite.inside().await;
    let road = Between::before(inside.channel(), Lies::NONE, Doors::default()).await;
    let registry = Registry::new(Peer::new("partner-registry", road.channel()));
    let queries = queries(&scene);
    let mut alone = Vec::new();
    for query in queries.clone() {
        alone.push(ask(&registry, query).await);
    }
    assert_eq!(road.passed(), queries.len());
    // Only chance lets queries share a round. Repeat until the registry receives fewer RPCs than there are
    // queries.
    for _ in 0..TRIES_MAX {
        let before = road.passed();
        ask_concurrently(&registry, &queries, &alone).await;
        if road.passed() - before < queries.len() {
            return inside.close().await;
        }
    }
    panic!("no two queries ever shared a round");
}

/// Sends all queries concurrently. Each must get the answer in `known`.
async fn ask_concurrently(registry: &Registry, queries: &[Query], known: &[Option<RegistryFacts>]) {
    let mut asking = JoinSet::new();
    for (number, query) in queries.iter().cloned().enumerate() {
        let registry = registry.clone();
        asking.spawn(async move { (number, ask(&registry, query).await) });
    }
    while let Some(answered) = asking.join_next().await {
        let (number, together) = answered.unwrap();
        assert_eq!(together, known[number], "{:?}", queries[number]);
    }
}

/// Queries by every key of each partner and of each customer, a mixed query and a malformed one.
fn queries(scene: &Scene) -> Vec<Query> {
    let of_seller = |seller: &Seller| {
        let (_, mpn_id) = seller.mpn_id.split_once('/').unwrap();
        [
            Query { partners: vec![seller.name.clone()], ..Query::default() },
            Query { tenants: vec![seller.people.tenant.clone()], ..Query::default() },
            Query { domains: vec![seller.people.tenant.clone()], ..Query::default() },
            Query { mpn_ids: vec![mpn_id.to_owned()], ..Query::default() },
            Query { organizations: vec![seller.organization.clone()], ..Query::default() },
        ]
    };
    let of_customer = |(_, tenant): &(String, String)| Query {
        tenants: vec![tenant.clone()],
        domains: vec![tenant.replace("tenant", "example")],
        ..Query::default()
    };
    let mixed = Query {
        partners: vec![scene.sellers[0].name.clone()],
        tenants: scene.customers.iter().map(|(_, tenant)| tenant.clone()).collect(),
        ..Query::default()
    };
    let malformed = Query { mpn_ids: vec!["abc".to_owned()], ..Query::default() };
    let of_sellers = scene.sellers.iter().flat_map(of_seller);
    of_sellers.chain(scene.customers.iter().map(of_customer)).chain([mixed, malformed]).collect()
}

/// `None` when the registry refuses the query as malformed.
async fn ask(registry: &Registry, query: Query) -> Option<RegistryFacts> {
    let day: Day = "2026-11-21".parse().unwrap();
    match registry.facts(&call(), day, query).await {
        Ok(facts) => Some(facts),
        Err(Fault::PeerAnswered(status)) if status.code() == Code::InvalidArgument => None,
        Err(fault) => panic!("{fault:?}"),
    }
}
