//! The events and bookmarks of a watch, and how a watch is resumed, filtered, refused and ended.

use csp_proto::feed::v1::{ChangeData, ChangeEvent, EventFilter, Start, WatchEventsRequest};
use csp_proto::relationship::v1::Partnership;
use csp_proto::r#type::v1::actor::Kind;
use csp_tests::{Running, SERVICES, after, events_of, from, refusal_of};
use prost::{Message, Name};
use tonic::Code;

use csp_tests::story;

const ACCEPT: &str = "csp.relationship.v1.RelationshipService/AcceptPartnership";

#[tokio::test]
async fn an_event_names_its_change_actor_and_decision() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    let mut watched = suite.operator().watch_from(Start::Now).await;
    let request = csp_proto::relationship::v1::RequestPartnershipRequest {
        request_id: "ask-1".to_owned(),
        reseller: fabrikam.name.clone(),
        reseller_email: "owner@reseller.example".to_owned(),
        ..Default::default()
    };
    let asked = contoso.people.relationship().request_partnership(request).await.unwrap().into_inner();
    let (was, draft) = (asked.partnership.unwrap(), asked.draft.unwrap());
    let created = watched.event().await;
    assert_eq!(created.r#type, "csp.relationship.v1.Partnership.created");
    assert_eq!(created.resource_type, "csp.relationship.v1.Partnership");
    assert_eq!((created.subject.as_str(), created.position, created.revision), (was.name.as_str(), 1, 1));
    assert_eq!((created.source.as_str(), created.spec_version.as_str()), ("//csp-suite/relationship", "1.0"));
    let request = "csp.relationship.v1.RelationshipService/RequestPartnership";
    assert_eq!((created.method.as_str(), created.request_id.as_str()), (request, "ask-1"));
    let actor = created.actor.as_ref().unwrap();
    let named = (actor.kind(), actor.tenant_id.as_str(), actor.subject.as_str());
    assert_eq!(named, (Kind::Partner, "contoso.example", "developer"));
    assert_eq!(created.decision, asked.decision.unwrap().name);
    assert_eq!(created.data, Some(ChangeData { after: packed(&was), ..ChangeData::default() }));

    let accepted = fabrikam.accept_partnership(&draft.link_token).await.unwrap().into_inner();
    let changed = watched.event().await;
    assert_eq!(changed.r#type, "csp.relationship.v1.Partnership.changed");
    let data = changed.data.unwrap();
    assert_eq!((data.before, data.after), (packed(&was), packed(&accepted.partnership.unwrap())));
    let fields = data.changed_fields.unwrap().paths;
    assert!(fields.contains(&"state".to_owned()) && !fields.contains(&"name".to_owned()), "{fields:?}");
    assert_eq!((changed.method.as_str(), changed.position), (ACCEPT, 2));
}

fn packed(partnership: &Partnership) -> Option<prost_types::Any> {
    let type_url = format!("type.googleapis.com/{}", Partnership::full_name());
    Some(prost_types::Any { type_url, value: partnership.encode_to_vec() })
}

#[tokio::test]
async fn a_change_by_a_step_between_services_names_the_rpc_of_the_client() {
    let suite = Running::start().await;
    story::play(&suite).await;
    let (events, _) = suite.operator().watch_from(Start::Beginning).await.until_caught_up().await;
    let internal: Vec<_> = events.iter().filter(|event| !event.method.starts_with("csp.")).collect();
    assert!(internal.is_empty(), "{internal:?}");
    let edge = |event: &&ChangeEvent| event.r#type == "csp.relationship.v1.ResellerRelationship.created";
    let methods: Vec<_> = events.iter().filter(edge).map(|event| event.method.as_str()).collect();
    for method in ["CreateCustomer", "AddCustomerWithOrder"] {
        let method = format!("csp.customer.v1.CustomerService/{method}");
        assert!(methods.contains(&method.as_str()), "{methods:?}");
    }
    let registered = events.iter().filter(|event| event.resource_type == "csp.customer.v1.Customer");
    let accept = "csp.relationship.v1.RelationshipService/AcceptInvitation";
    assert!(registered.into_iter().any(|event| event.method == accept), "a tenant registers");
}

#[tokio::test]
async fn a_consumer_resumes_where_it_stopped_and_gets_no_event_twice() {
    let suite = Running::start().await;
    story::play(&suite).await;
    let operator = suite.operator();
    let (all, _) = operator.watch_from(Start::Beginning).await.until_caught_up().await;
    let (read, unread) = all.split_at(all.len() / 2);
    let mut resumed = operator.watch(after(&read.last().unwrap().cursor)).await.unwrap();
    let (rest, end) = resumed.until_caught_up().await;
    for service in SERVICES {
        let positions: Vec<i64> = events_of(service, &all).iter().map(|event| event.position).collect();
        let count = i64::try_from(positions.len()).unwrap();
        assert!(count > 3 && positions.iter().copied().eq(1..=count), "{service}: {positions:?}");
        assert_eq!(ids(&events_of(service, &rest)), ids(&events_of(service, unread)), "{service}");
    }
    let mut at_the_end = operator.watch(after(&end.cursor)).await.unwrap();
    assert!(at_the_end.bookmark().await.caught_up, "no event comes twice");
}

fn ids(events: &[&ChangeEvent]) -> Vec<String> {
    events.iter().map(|event| event.id.clone()).collect()
}

#[tokio::test]
async fn a_filter_omits_events_and_its_cursor_still_advances() {
    let suite = Running::start().await;
    story::play(&suite).await;
    let operator = suite.operator();
    let (all, _) = operator.watch_from(Start::Beginning).await.until_caught_up().await;
    let texts = |text: &str| vec![text.to_owned()];
    let partnership = "csp.relationship.v1.Partnership";
    let some = all.iter().find(|event| event.resource_type == partnership).unwrap().subject.clone();
    let filters = [
        EventFilter { resource_types: texts(partnership), ..Default::default() },
        EventFilter { resources: texts(&some), ..Default::default() },
        EventFilter { event_types: texts(&format!("{partnership}.changed")), ..Default::default() },
        EventFilter { resource_types: texts(partnership), methods: texts(ACCEPT), ..Default::default() },
    ];
    for filter in filters {
        let fits = |list: &[String], value: &String| list.is_empty() || list.contains(value);
        let expected = all.iter().filter(|event| {
            fits(&filter.resource_types, &event.resource_type)
                && fits(&filter.resources, &event.subject)
                && fits(&filter.methods, &event.method)
                && fits(&filter.event_types, &event.r#type)
        });
        let expected = ids(&expected.collect::<Vec<_>>());
        assert!(!expected.is_empty() && expected.len() < all.len(), "{filter:?}");
        let asked = WatchEventsRequest { filter: Some(filter), ..from(Start::Beginning) };
        let (events, end) = operator.watch(asked).await.unwrap().until_caught_up().await;
        assert_eq!(ids(&events.iter().collect::<Vec<_>>()), expected);
        let mut rest = operator.watch(after(&end.cursor)).await.unwrap();
        rest.bookmark().await;
    }
}

#[tokio::test]
async fn an_invalid_watch_is_refused_with_all_its_flaws() {
    let suite = Running::start().await;
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let unknown = EventFilter {
        resource_types: texts(&["csp.relationship.v1.Partnership", "Partnership"]),
        resources: vec!["x".to_owned(); 101],
        methods: texts(&["AcceptPartnership", "csp.customer.v1.CustomerService/GetCustomer"]),
        event_types: texts(&["csp.customer.v1.Customer.moved"]),
    };
    let asked = WatchEventsRequest {
        filter: Some(unknown),
        bookmark_interval: Some(prost_types::Duration { seconds: 0, nanos: 1 }),
        ..from(Start::Unspecified)
    };
    let refusal = csp_tests::Refusal::from(suite.operator().watch(asked).await.unwrap_err());
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "FIELD_INVALID"));
    let fields = [
        "start",
        "bookmark_interval",
        "filter.resource_types[1]",
        "filter.resources",
        "filter.methods[0]",
        "filter.methods[1]",
        "filter.event_types[0]",
    ];
    assert_eq!(refusal.fields, fields);
}

#[tokio::test]
async fn an_idle_stream_sends_bookmarks_from_which_a_watch_resumes() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let interval = prost_types::Duration { seconds: 0, nanos: 100_000_000 };
    let asked = WatchEventsRequest { bookmark_interval: Some(interval), ..from(Start::Now) };
    let mut watched = suite.operator().watch(asked).await.unwrap();
    let first = watched.bookmark().await;
    for _ in 0..3 {
        assert_eq!(watched.bookmark().await, first);
    }
    assert!(first.caught_up);
    suite.offer("e3").await;
    suite.customer_of("tailspin", "FR", &litware, None).await;
    let mut resumed = suite.operator().watch(after(&first.cursor)).await.unwrap();
    let (events, _) = resumed.until_caught_up().await;
    assert!(events.iter().any(|event| event.subject == "customers/tailspin"), "{events:?}");
    assert!(events.iter().all(|event| event.source != "//csp-suite/partner-registry" || event.position > 1));
}

#[tokio::test]
async fn a_watch_ends_when_its_server_stops() {
    let suite = Running::start().await;
    suite.organization("contoso", "DE").await;
    let mut watched = suite.operator().watch_from(Start::Beginning).await;
    let event = watched.event().await;
    let began = tokio::time::Instant::now();
    let (stopped, (ended, took)) = tokio::join!(suite.restart(), async {
        loop {
            match watched.event_or_bookmark().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("the stream ended without a status"),
                Err(status) => return (status, began.elapsed()),
            }
        }
    });
    assert!(took < csp_service::limits::DRAIN_MAX, "the shutdown does not wait for a watch");
    let refusal = csp_tests::Refusal::from(ended);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::Unavailable, "SERVER_STOPPING"));
    let mut resumed = stopped.operator().watch(after(&event.cursor)).await.unwrap();
    stopped.organization("fabrikam", "FR").await;
    assert_eq!(resumed.event().await.subject, "organizations/fabrikam");
}

#[tokio::test]
async fn only_operators_may_watch() {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let refused = contoso.people.watch(from(Start::Now)).await;
    let refusal = refusal_of(refused.map(tonic::Response::new));
    assert_eq!(refusal.reason, "ROLE_MISSING");
}
