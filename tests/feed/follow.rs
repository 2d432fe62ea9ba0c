//! The events and bookmarks of a watch, and how a watch is resumed, filtered, refused and ended.

use csp_proto::feed::v1::{EventFilter, Start};
use csp_proto::relationship::v1::Partnership;
use csp_service::feed::Watch;
use csp_tests::{Running, SERVICES, after, from, refusal_of};
use prost::{Message, Name};
use tonic::Code;

use csp_tests::story;

#[tokio::test]
async fn an_event_names_its_change_actor_and_decision() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    let mut watched = suite.operator().watch_from("relationship", Start::Now).await;
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
    assert_eq!((created.subject.as_str(), created.position, created.revision), (was.name.as_str(), 1, 1));
    assert_eq!((created.source.as_str(), created.spec_version.as_str()), ("//csp-suite/relationship", "1.0"));
    assert_eq!((created.command.as_str(), created.request_id.as_str()), ("RequestPartnership", "ask-1"));
    assert_eq!(created.actor, "partner/contoso.example/developer");
    assert_eq!(created.decision_id, asked.decision.unwrap().decision_id);
    assert_eq!((created.before, created.after), (None, Some(packed(&was))));

    let accepted = fabrikam.accept_partnership(&draft.link_token).await.unwrap().into_inner();
    let changed = watched.event().await;
    assert_eq!(changed.r#type, "csp.relationship.v1.Partnership.changed");
    let is = accepted.partnership.unwrap();
    assert_eq!((changed.before, changed.after), (Some(packed(&was)), Some(packed(&is))));
    assert_eq!((changed.command.as_str(), changed.position), ("AcceptPartnership", 2));
}

fn packed(partnership: &Partnership) -> prost_types::Any {
    let type_url = format!("type.googleapis.com/{}", Partnership::full_name());
    prost_types::Any { type_url, value: partnership.encode_to_vec() }
}

#[tokio::test]
async fn a_consumer_resumes_where_it_stopped_and_gets_no_event_twice() {
    let suite = Running::start().await;
    story::play(&suite).await;
    let operator = suite.operator();
    for service in SERVICES {
        let (all, _) = operator.watch_from(service, Start::Beginning).await.until_caught_up().await;
        let positions: Vec<i64> = all.iter().map(|event| event.position).collect();
        let count = i64::try_from(all.len()).unwrap();
        assert!(count > 3 && positions.iter().copied().eq(1..=count), "{service}: {positions:?}");
        let middle = all.len() / 2;
        let mut resumed = operator.watch(service, after(&all[middle].cursor)).await.unwrap();
        let (rest, end) = resumed.until_caught_up().await;
        assert_eq!(rest, all[middle + 1..], "{service}");
        let mut at_the_end = operator.watch(service, after(&end.cursor)).await.unwrap();
        assert_eq!(at_the_end.bookmark().await.position, count, "{service}: no event comes twice");
    }
}

#[tokio::test]
async fn a_filter_omits_events_and_its_cursor_still_advances() {
    let suite = Running::start().await;
    story::play(&suite).await;
    let operator = suite.operator();
    let (all, _) = operator.watch_from("relationship", Start::Beginning).await.until_caught_up().await;
    let some = all.iter().find(|event| event.resource_type == "Partnership").unwrap().subject.clone();
    let texts = |value: &str| vec![value.to_owned()];
    let filters = [
        EventFilter { resource_types: texts("Partnership"), ..Default::default() },
        EventFilter { resources: texts(&some), ..Default::default() },
        EventFilter { commands: texts("AcceptPartnership"), ..Default::default() },
        EventFilter { event_types: texts("csp.relationship.v1.AdminGrant.changed"), ..Default::default() },
        EventFilter {
            resource_types: texts("Partnership"),
            commands: texts("RemovePartnership"),
            ..Default::default()
        },
    ];
    for filter in filters {
        let fits = |list: &[String], value: &String| list.is_empty() || list.contains(value);
        let expected: Vec<_> = all
            .iter()
            .filter(|event| {
                fits(&filter.resource_types, &event.resource_type)
                    && fits(&filter.resources, &event.subject)
                    && fits(&filter.commands, &event.command)
                    && fits(&filter.event_types, &event.r#type)
            })
            .cloned()
            .collect();
        assert!(!expected.is_empty() && expected.len() < all.len(), "{filter:?}");
        let asked = Watch { filter: Some(filter), ..from(Start::Beginning) };
        let (events, end) = operator.watch("relationship", asked).await.unwrap().until_caught_up().await;
        assert_eq!(events, expected);
        assert_eq!(
            end.position,
            all.last().unwrap().position,
            "the cursor is after the events that the filter omitted"
        );
    }
}

#[tokio::test]
async fn an_invalid_watch_is_refused_with_all_its_flaws() {
    let suite = Running::start().await;
    let unknown = EventFilter {
        resource_types: vec!["Partnersip".to_owned()],
        event_types: vec!["csp.customer.v1.Customer.changed".to_owned()],
        commands: vec!["x".to_owned(); 101],
        ..Default::default()
    };
    let asked = Watch { filter: Some(unknown), ..from(Start::Unspecified) };
    let asked = Watch { bookmark_interval: Some(prost_types::Duration { seconds: 0, nanos: 1 }), ..asked };
    let refusal = csp_tests::Refusal::from(suite.operator().watch("relationship", asked).await.unwrap_err());
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "FIELD_INVALID"));
    let fields =
        ["start", "bookmark_interval", "filter.commands", "filter.resource_types", "filter.event_types"];
    assert_eq!(refusal.fields, fields);
}

#[tokio::test]
async fn an_idle_stream_sends_bookmarks_from_which_a_watch_resumes() {
    let suite = Running::start().await;
    let interval = prost_types::Duration { seconds: 0, nanos: 100_000_000 };
    let asked = Watch { bookmark_interval: Some(interval), ..from(Start::Now) };
    let mut watched = suite.operator().watch("customer", asked).await.unwrap();
    let first = watched.bookmark().await;
    for _ in 0..3 {
        assert_eq!(watched.bookmark().await, first);
    }
    assert!(first.caught_up);
    let litware = suite.direct_bill("litware", "DE").await;
    suite.customer_of("tailspin", "FR", &litware, None).await;
    let mut resumed = suite.operator().watch("customer", after(&first.cursor)).await.unwrap();
    assert_eq!(resumed.event().await.position, first.position + 1, "a watch resumes from a bookmark");
}

#[tokio::test]
async fn a_watch_ends_when_its_server_stops() {
    let suite = Running::start().await;
    suite.organization("contoso", "DE").await;
    let mut watched = suite.operator().watch_from("partner-registry", Start::Beginning).await;
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
    let mut resumed = stopped.operator().watch("partner-registry", after(&event.cursor)).await.unwrap();
    stopped.organization("fabrikam", "FR").await;
    assert_eq!(resumed.event().await.subject, "organizations/fabrikam");
}

#[tokio::test]
async fn only_operators_may_watch() {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    for service in SERVICES {
        let refused = contoso.people.watch(service, from(Start::Now)).await;
        let refusal = refusal_of(refused.map(tonic::Response::new));
        assert_eq!(refusal.reason, "ROLE_MISSING", "{service}");
    }
}
