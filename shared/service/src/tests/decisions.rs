//! The list of decisions, over the books of several services.

use csp_policy::{Caller, Party};
use csp_proto::policy::v1 as pb;
use csp_proto::policy::v1::policy_service_server::PolicyService as _;
use csp_store::{Config, Store, decision};
use prost::Message as _;
use tonic::Request;

use crate::{Book, Call, Clock, Ids, Policy, wire};

struct Fixture {
    policy: Policy,
    books: Vec<Book>,
    _folder: tempfile::TempDir,
}

async fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let mut books = Vec::new();
    for service in ["customer", "relationship", "subscription"] {
        let file = folder.path().join(service);
        let store = Store::open(Config::sqlite(file), service, &[]).await.unwrap();
        books.push(Book::new(service, store, Clock::system(), Ids::seeded(1)));
    }
    Fixture { policy: Policy::new(books.clone()), books, _folder: folder }
}

fn caller(party: Party, subject: &str) -> Call {
    Call::made_by(Caller { party, roles: Vec::new() }, subject, "ListDecisions")
}

fn partner(id: &str, subject: &str) -> Call {
    caller(Party::Partner { tenant: format!("{id}.example") }, subject)
}

fn operator() -> Call {
    caller(Party::Operator, "op")
}

fn time(second: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds: second, nanos: 0 })
}

/// A decision about a call of `call`, made at `second`.
fn decided(call: &Call, verdict: pb::Verdict, second: i64) -> pb::Decision {
    pb::Decision {
        subject: "things/a".to_owned(),
        verdict: verdict.into(),
        caller: Some(call.actor()),
        decide_time: time(second),
        ..Default::default()
    }
}

impl Fixture {
    /// Stores decisions in the book with that number.
    async fn store(&self, book: usize, call: &Call, decisions: Vec<pb::Decision>) {
        let book = &self.books[book];
        let mut tx = book.store.write();
        for decision in decisions {
            let decided_at = wire::instant(decision.decide_time.as_ref().unwrap()).unwrap();
            let id = format!("{}-{}", book.service, book.next_id());
            let told = pb::Decision { name: wire::decision_name(&id), ..decision };
            let row = decision::Decision {
                id,
                boundary: told.boundary.clone(),
                subject: told.subject.clone(),
                accepted: told.verdict() == pb::Verdict::Accepted,
                as_of: wire::day_of(decided_at),
                decided_at,
                erase_at: None,
                tenant: call.tenant().unwrap_or_default().to_owned(),
                caller: call.key(),
                request_id: None,
                body: told.encode_to_vec(),
            };
            decision::save(&mut tx, &row);
        }
        tx.commit().await.unwrap();
    }

    async fn page(&self, call: &Call, request: pb::ListDecisionsRequest) -> pb::ListDecisionsResponse {
        let mut asked = Request::new(request);
        asked.extensions_mut().insert(call.clone());
        self.policy.list_decisions(asked).await.unwrap().into_inner()
    }

    /// The decisions of all pages, and the number of pages.
    async fn all(&self, call: &Call, filter: pb::DecisionFilter) -> (Vec<pb::Decision>, usize) {
        let (mut decisions, mut pages) = (Vec::new(), 0);
        let mut request =
            pb::ListDecisionsRequest { filter: Some(filter), page_size: 4, page_token: String::new() };
        loop {
            let page = self.page(call, request.clone()).await;
            assert!(page.decisions.len() <= 4);
            decisions.extend(page.decisions);
            pages += 1;
            request.page_token = page.next_page_token;
            if request.page_token.is_empty() {
                return (decisions, pages);
            }
        }
    }

    /// The seconds at which the listed decisions were made.
    async fn seconds(&self, call: &Call, filter: pb::DecisionFilter) -> Vec<i64> {
        let (decisions, _) = self.all(call, filter).await;
        decisions.iter().map(|decision| decision.decide_time.unwrap().seconds).collect()
    }
}

#[tokio::test]
async fn the_decisions_of_several_services_are_one_list_newest_first() {
    let fixture = fixture().await;
    let contoso = partner("contoso", "ana");
    for (book, seconds) in [[5, 1, 9, 3, 3, 3, 3].as_slice(), &[3, 3, 7, 2], &[]].into_iter().enumerate() {
        let decisions = seconds.iter().map(|second| decided(&contoso, pb::Verdict::Accepted, *second));
        fixture.store(book, &contoso, decisions.collect()).await;
    }
    let (decisions, pages) = fixture.all(&operator(), pb::DecisionFilter::default()).await;
    let seconds: Vec<_> = decisions.iter().map(|decision| decision.decide_time.unwrap().seconds).collect();
    assert_eq!((seconds, pages), (vec![9, 7, 5, 3, 3, 3, 3, 3, 3, 2, 1], 3));
    let names: std::collections::BTreeSet<_> = decisions.iter().map(|decision| &decision.name).collect();
    assert_eq!(names.len(), decisions.len(), "each decision once");
}

#[tokio::test]
async fn a_party_lists_the_decisions_about_calls_on_its_own_behalf_only() {
    let fixture = fixture().await;
    let tenant = "contoso.example".to_owned();
    let customer = caller(Party::Customer { tenant }, "ana");
    let callers = [partner("contoso", "ana"), partner("contoso", "bo"), partner("fabrikam", "ana"), customer];
    for (second, call) in (1..).zip(&callers) {
        fixture.store(0, call, vec![decided(call, pb::Verdict::Accepted, second)]).await;
    }
    let all = pb::DecisionFilter::default;
    for (call, expected) in [
        (partner("contoso", "ana"), vec![2, 1]),
        (partner("fabrikam", "bo"), vec![3]),
        (callers[3].clone(), vec![4]),
        (partner("wingtip", "ana"), vec![]),
        (operator(), vec![4, 3, 2, 1]),
    ] {
        assert_eq!(fixture.seconds(&call, all()).await, expected, "{}", call.key());
    }
    let foreign = pb::DecisionFilter { caller_tenant_id: "fabrikam.example".to_owned(), ..all() };
    assert_eq!(fixture.seconds(&partner("contoso", "ana"), foreign).await, [0; 0]);
}

#[tokio::test]
async fn a_decision_is_listed_when_it_meets_every_condition() {
    let fixture = fixture().await;
    let (contoso, bo) = (partner("contoso", "ana"), partner("contoso", "bo"));
    let violation = pb::Violation {
        rule_id: "RGN-01".to_owned(),
        reason: pb::ErrorReason::PartnersInDifferentRegions.into(),
        subject: "partners/wingtip".to_owned(),
        ..Default::default()
    };
    let method = "csp.relationship.v1.RelationshipService/RequestPartnership".to_owned();
    let refused = pb::Decision {
        violations: vec![violation],
        method: method.clone(),
        ..decided(&contoso, pb::Verdict::Refused, 2)
    };
    fixture.store(1, &contoso, vec![decided(&contoso, pb::Verdict::Accepted, 1), refused]).await;
    fixture.store(0, &bo, vec![decided(&bo, pb::Verdict::Accepted, 3)]).await;
    let all = pb::DecisionFilter::default;
    for (filter, expected) in [
        (pb::DecisionFilter { caller_tenant_id: "contoso.example".to_owned(), ..all() }, vec![3, 2, 1]),
        (pb::DecisionFilter { caller_subject: "bo".to_owned(), ..all() }, vec![3]),
        (pb::DecisionFilter { subject: "things/a".to_owned(), ..all() }, vec![3, 2, 1]),
        (pb::DecisionFilter { subject: "partners/wingtip".to_owned(), ..all() }, vec![2]),
        (pb::DecisionFilter { rule_ids: vec!["RGN-01".to_owned()], ..all() }, vec![2]),
        (pb::DecisionFilter { rule_ids: vec!["PSH-11".to_owned()], ..all() }, vec![]),
        (pb::DecisionFilter { reasons: vec![119], ..all() }, vec![2]),
        (pb::DecisionFilter { verdicts: vec![pb::Verdict::Refused.into()], ..all() }, vec![2]),
        (pb::DecisionFilter { verdicts: vec![pb::Verdict::Accepted.into()], ..all() }, vec![3, 1]),
        (pb::DecisionFilter { methods: vec![method], ..all() }, vec![2]),
        (pb::DecisionFilter { from_time: time(2), ..all() }, vec![3, 2]),
        (pb::DecisionFilter { until_time: time(2), ..all() }, vec![1]),
    ] {
        assert_eq!(fixture.seconds(&operator(), filter.clone()).await, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn a_page_ends_where_too_few_of_the_examined_decisions_match_and_the_next_page_goes_on() {
    let fixture = fixture().await;
    let contoso = partner("contoso", "ana");
    let noise = (10..4_510).map(|second| decided(&contoso, pb::Verdict::Accepted, second)).collect();
    fixture.store(0, &contoso, noise).await;
    for (book, second) in [(0, 1), (1, 2)] {
        let wanted = pb::Decision {
            subject: "things/b".to_owned(),
            ..decided(&contoso, pb::Verdict::Accepted, second)
        };
        fixture.store(book, &contoso, vec![wanted]).await;
    }
    let filter = pb::DecisionFilter { subject: "things/b".to_owned(), ..Default::default() };
    let (decisions, pages) = fixture.all(&operator(), filter).await;
    let seconds: Vec<_> = decisions.iter().map(|decision| decision.decide_time.unwrap().seconds).collect();
    assert_eq!((seconds, pages), (vec![2, 1], 3));
}

#[tokio::test]
async fn a_filter_with_an_unknown_name_is_refused_with_the_path_of_its_field() {
    let fixture = fixture().await;
    let filter = pb::DecisionFilter {
        rule_ids: vec!["PSH-11".to_owned(), "PSH-99".to_owned()],
        reasons: vec![0],
        methods: vec!["SubmitOrder".to_owned()],
        from_time: Some(prost_types::Timestamp { seconds: i64::MAX, nanos: 0 }),
        ..Default::default()
    };
    let mut asked = Request::new(pb::ListDecisionsRequest { filter: Some(filter), ..Default::default() });
    asked.extensions_mut().insert(operator());
    let status = fixture.policy.list_decisions(asked).await.unwrap_err();
    let fields = tonic_types::StatusExt::get_details_bad_request(&status).unwrap().field_violations;
    let mut fields: Vec<_> = fields.into_iter().map(|violation| violation.field).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["filter.from_time", "filter.methods[0]", "filter.reasons[0]", "filter.rule_ids[1]"]);
}
