//! The database does a commit, and its connection breaks before the service hears of it.

use csp_suite::service::Service;
use csp_tests::databases::{self, Databases};
use csp_tests::proxy::{Fault, Proxy};
use csp_tests::{Backend, Running, attested, faults};

use super::scene::{Mutation, Scene};
use crate::no_new_enemy::START;

/// Commits of one call at one service that are cut, each in a trial of its own, at most.
const COMMITS_MAX: usize = 12;

/// A suite with a proxy before each of its databases.
async fn behind_proxies() -> (Running, Vec<(Service, Proxy)>) {
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
async fn a_commit_whose_answer_was_lost_has_one_effect() {
    if !Backend::all().contains(&Backend::Postgres) {
        return;
    }
    let (suite, proxies) = behind_proxies().await;
    let scene = Scene::set(&suite, 2 * COMMITS_MAX * Service::ALL.len()).await;
    for mutation in Mutation::ALL {
        let (mut trial, mut cut, mut at_once) = (0, 0, 0);
        for (_, proxy) in &proxies {
            for repeats in [true, false] {
                for nth in 1..=COMMITS_MAX {
                    let id = if repeats { format!("commit{trial}") } else { String::new() };
                    proxy.fail_nth_commit(nth, Fault::CutAfter);
                    let send = || scene.send(scene.caller(mutation).clone(), mutation, trial, &id);
                    let answer = send().await;
                    let was_cut = !proxy.faults().is_empty();
                    proxy.heal();
                    if repeats {
                        let first = send().await.expect("the repeat of a lost commit succeeds");
                        assert!(answer.as_ref().is_ok_and(|answer| *answer == first) || answer.is_err());
                    }
                    at_once += usize::from(was_cut && answer.is_ok());
                    cut += usize::from(was_cut);
                    assert!(answer.is_ok() || was_cut, "{mutation:?}: {answer:?}");
                    trial += 1;
                    assert_eq!(scene.effects(mutation).await, trial, "{mutation:?}, commit {nth}: {answer:?}");
                    if !was_cut {
                        break;
                    }
                }
            }
        }
        tell(mutation, trial, cut, at_once);
    }
}

fn tell(mutation: Mutation, trials: usize, cut: usize, at_once: usize) {
    assert!(cut > 0, "{mutation:?}: nothing was cut");
    faults::record(
        &format!("{mutation:?}: the database's connection breaks right after each commit, in turn (Postgres)"),
        "success, or the repeat gets the first answer; one effect, with and without a request_id",
        trials,
        &format!("{cut} commits cut; {at_once} of these calls succeeded at once; one effect each"),
        "trials without a cut behave alike; the store's own tests show the commit in doubt",
        "cargo test -p csp-tests --test races a_commit_whose_answer_was_lost",
    );
}

/// The end of a relationship goes over two databases, and its first step leaves no journal entry to tell by.
#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_relationship_survives_a_lost_commit() {
    if !Backend::all().contains(&Backend::Postgres) {
        return;
    }
    let (suite, proxies) = behind_proxies().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let (mut trial, mut cut, mut at_once) = (0, 0, 0);
    for (service, proxy) in &proxies {
        for nth in 1..=COMMITS_MAX {
            let created = litware.create_customer(csp_tests::profile(&format!("c{trial}"), "FR"), None).await;
            let relationship = created.unwrap().into_inner().relationships.remove(0).name;
            trial += 1;
            proxy.fail_nth_commit(nth, Fault::CutAfter);
            let ended = litware.people.end_relationship(&relationship, Some(attested())).await;
            let was_cut = !proxy.faults().is_empty();
            proxy.heal();
            at_once += usize::from(was_cut && ended.is_ok());
            cut += usize::from(was_cut);
            if let Err(lost) = &ended {
                let again = litware.people.end_relationship(&relationship, Some(attested())).await;
                again.unwrap_or_else(|refused| panic!("{service} {nth}: {lost:?}, and then {refused:?}"));
            }
            if !was_cut {
                break;
            }
        }
    }
    assert!(cut > 0);
    faults::record(
        "RemoveResellerRelationship: the database's connection breaks right after each commit, in turn (Postgres)",
        "success, or the repeat succeeds: no mark stays in the way",
        trial,
        &format!("{cut} commits cut; {at_once} of these calls succeeded at once, the others when repeated"),
        "trials without a cut behave alike",
        "cargo test -p csp-tests --test races the_end_of_a_relationship_survives",
    );
}
