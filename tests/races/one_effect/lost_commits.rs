//! The database commits, and the connection breaks before the answer reaches the service.

use csp_proto::relationship::v1::{
    ListResellerRelationshipsRequest, RelationshipState, ResellerRelationshipFilter,
};
use csp_suite::service::Service;
use csp_tests::databases::{self, Databases};
use csp_tests::proxy::{Fault, Proxy};
use csp_tests::{Backend, Running, Seller, attested, faults};

use super::scene::{Mutation, Scene};
use crate::races::no_new_enemy::START;

/// Maximum number of commits of one call at one service that are cut, each in a trial of its own.
const COMMITS_MAX: usize = 12;

/// How often each commit of a removal is cut.
const ROUNDS: usize = 5;
/// Maximum number of trials of one mutation; no mutation has so many commits.
const TRIALS_MAX: usize = 64;

/// Hides the outcome of a commit from the store: a trigger changes the id by which the store looks for the
/// journal entry of a write.
pub(super) const HIDE_ENTRIES: &str = "CREATE FUNCTION hidden() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN NEW.event_id := NEW.event_id || gen_random_uuid(); RETURN NEW; END $$; \
     CREATE TRIGGER hidden BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION hidden()";

/// A suite with a proxy in front of each database.
pub(super) async fn behind_proxies() -> (Running, Vec<(Service, Proxy)>) {
    let databases = Databases::postgres().await;
    let (mut proxies, mut configs) = (Vec::new(), Vec::new());
    for service in Service::ALL {
        let database = databases.on_server(service).unwrap();
        let proxy = Proxy::start(database.address()).await;
        configs.push((service, databases::through(database.url_through(proxy.address()))));
        proxies.push((service, proxy));
    }
    let suite = Running::on(databases, configs.into_iter().collect(), START.parse().unwrap(), 1).await;
    (suite, proxies)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_with_a_lost_answer_has_one_effect() {
    if !Backend::all().contains(&Backend::Postgres) {
        return;
    }
    let control = sold_twice_with_hidden_entries().await;
    let (suite, proxies) = behind_proxies().await;
    let scene = Scene::set(&suite, TRIALS_MAX).await;
    for mutation in Mutation::ALL {
        let (mut trial, mut cut, mut at_once) = (0, 0, 0);
        for (_, proxy) in &proxies {
            for repeats in [true, false] {
                for nth in 1..=COMMITS_MAX {
                    let id = if repeats { format!("commit{trial}") } else { String::new() };
                    let (was_cut, succeeded) = cut_commit(&scene, proxy, mutation, nth, trial, &id).await;
                    trial += 1;
                    assert_eq!(scene.effects(mutation).await, trial, "{mutation:?}, commit {nth}, id `{id}`");
                    at_once += usize::from(was_cut && succeeded);
                    cut += usize::from(was_cut);
                    if !was_cut {
                        break;
                    }
                }
            }
        }
        record_row(mutation, trial, cut, at_once, &control);
    }
}

/// Sends a request whose `nth` commit at one database is cut. A request with an id is then repeated. Returns
/// whether there was such a commit, and whether the first call succeeded.
async fn cut_commit(
    scene: &Scene,
    proxy: &Proxy,
    mutation: Mutation,
    nth: usize,
    trial: usize,
    id: &str,
) -> (bool, bool) {
    proxy.fail_nth_commit(nth, Fault::CutAfter);
    let send = || scene.send(scene.caller(mutation).clone(), mutation, trial, id);
    let answer = send().await;
    let was_cut = !proxy.faults().is_empty();
    proxy.heal();
    assert!(answer.is_ok() || was_cut, "{mutation:?}: {answer:?}");
    if !id.is_empty() {
        let first = send().await.expect("the repeat of a lost commit succeeds");
        assert!(answer.as_ref().is_err() || answer.as_ref().is_ok_and(|answer| *answer == first));
    }
    (was_cut, answer.is_ok())
}

/// The negative control: with journal entries hidden, the store takes the cut commit of an order for one that
/// never happened, and the order is sold again.
async fn sold_twice_with_hidden_entries() -> String {
    let (suite, proxies) = behind_proxies().await;
    let scene = Scene::set(&suite, 0).await;
    let database = suite.databases().on_server(Service::Subscription).unwrap();
    sqlx::raw_sql(HIDE_ENTRIES).execute(&mut database.connect().await).await.unwrap();
    let (_, proxy) = proxies.iter().find(|(service, _)| *service == Service::Subscription).unwrap();
    let order = Mutation::SubmitOrder;
    for orders in 1..=TRIALS_MAX {
        // The fault may hit a commit of the feed's sequencer instead.
        proxy.fail_nth_commit(1, Fault::CutAfter);
        scene.send(scene.caller(order).clone(), order, 0, "").await.unwrap();
        let effects = scene.effects(order).await;
        if effects > orders {
            return format!("with journal entries hidden from the store: {orders} orders, {effects} effects");
        }
    }
    panic!("no commit of an order was cut");
}

fn record_row(mutation: Mutation, trials: usize, cut: usize, at_once: usize, control: &str) {
    assert!(cut > 0, "{mutation:?}: a commit is cut");
    faults::record(
        &format!(
            "{mutation:?}: the connection to the database breaks right after a commit, each in turn (Postgres)"
        ),
        "the call succeeds, or its repeat gets the first answer; one effect, with and without a request_id",
        trials,
        &format!("{cut} commits cut; {at_once} of these calls succeeded at once; one effect each"),
        control,
        "",
    );
}

/// Number of ended relationships of the partner with the customer.
async fn ended_relationships(partner: &Seller, customer: &str) -> usize {
    let request = ListResellerRelationshipsRequest {
        parent: customer.to_owned(),
        filter: Some(ResellerRelationshipFilter {
            states: vec![RelationshipState::Ended.into()],
            partner: partner.name.clone(),
        }),
        ..Default::default()
    };
    let listed = partner.people.relationship().list_reseller_relationships(request).await;
    listed.unwrap().into_inner().relationships.len()
}

/// The removal of a relationship writes to two databases. Its first step writes no journal entry, so after a
/// lost answer the store cannot find out whether that step was committed.
#[tokio::test(flavor = "multi_thread")]
async fn the_removal_of_a_relationship_survives_lost_commit_answers() {
    if !Backend::all().contains(&Backend::Postgres) {
        return;
    }
    let (suite, proxies) = behind_proxies().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let (mut trial, mut cut, mut at_once) = (0, 0, 0);
    // Some faults hit a commit of the feed's sequencer instead; several rounds hit every commit of the
    // removal.
    for (service, proxy) in std::iter::repeat_n(&proxies, ROUNDS).flatten() {
        for nth in 1..=COMMITS_MAX {
            let created = litware.create_customer(csp_tests::profile(&format!("c{trial}"), "FR"), None).await;
            let relationship = created.unwrap().into_inner().relationships.remove(0).name;
            trial += 1;
            proxy.fail_nth_commit(nth, Fault::CutAfter);
            let ended = litware.people.remove_relationship(&relationship, Some(attested())).await;
            let was_cut = !proxy.faults().is_empty();
            proxy.heal();
            at_once += usize::from(was_cut && ended.is_ok());
            cut += usize::from(was_cut);
            if let Err(lost) = &ended {
                let again = litware.people.remove_relationship(&relationship, Some(attested())).await;
                again.unwrap_or_else(|refused| panic!("{service} {nth}: {lost:?}, and then {refused:?}"));
            }
            assert_eq!(ended_relationships(&litware, &format!("customers/c{}", trial - 1)).await, 1);
            if !was_cut {
                break;
            }
        }
    }
    assert!(cut > 0);
    faults::record(
        "RemoveResellerRelationship: the connection to the database breaks right after a commit, each in turn (Postgres)",
        "the call or its repeat succeeds: no lease of an interrupted removal blocks the repeat",
        trial,
        &format!("{cut} commits cut; {at_once} of these calls succeeded at once, the others when repeated"),
        "none",
        "",
    );
}
