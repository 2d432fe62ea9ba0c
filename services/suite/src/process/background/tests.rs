//! A service that waits for its peers does not hold up the background work of another service.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use csp_service::{Clock, Ids, LinkKey};
use csp_store::Config;
use sqlx::{AnyConnection, Connection};
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::start;
use crate::config::DEPLOYMENT_DEFAULT;
use crate::process::service::Service;
use crate::process::suite::{Elsewhere, Settings, Suite};

/// Far longer than the test takes: only a hang reaches this limit.
const HANG: Duration = Duration::from_secs(60);
/// A relationship whose removal was started and abandoned long ago. To undo the removal, the relationship
/// service calls the subscription service.
const ABANDONED_REMOVAL: &str = "INSERT INTO reseller_relationship (id, revision, create_time, update_time, partner, \
     partner_tenant, provider, provider_tenant, customer, customer_tenant, state, origin, with_customer, \
     closing_time, latest_closing_time) VALUES ('r', 1, 1, 1, 'partners/p', 'p.example', '', '', 'customers/c', 'c.example', 'ACTIVE', 'CREATED', 0, 1, 1)";
/// An operation whose lease has expired.
const UNFINISHED_OPERATION: &str = "INSERT INTO operation (id, tenant, revision, create_time, update_time, state, step, rpc, \
     request, caller, caller_key, customer, seller, creation_decision, customer_kept, lease_time) \
     VALUES ('o', 'c.example', 1, 1, 1, 'RUNNING', 'CLAIM_TENANT', 'CreateCustomer', x'', '', '', 'c', 'partners/p', '', 0, 1)";
/// Counts the operation once a process has taken a new lease on it, the first step of resuming.
const RESUMED: &str = "SELECT count(*) FROM operation WHERE lease_time > 1";
/// Counts the relationship while a process undoes its removal: the process holds a new lease on the removal.
const STILL_UNDOING: &str = "SELECT count(*) FROM reseller_relationship WHERE closing_time > 1";

#[tokio::test(flavor = "multi_thread")]
async fn operations_resume_while_an_abandoned_removal_waits_for_its_peer() {
    let folder = tempfile::tempdir().unwrap();
    // The listener accepts connections in its backlog and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let suite = two_services(folder.path(), &silent).await;
    let mut edges = book_of(folder.path(), Service::Relationship).await;
    let mut customers = book_of(folder.path(), Service::Customer).await;
    sqlx::query(ABANDONED_REMOVAL).execute(&mut edges).await.unwrap();
    sqlx::query(UNFINISHED_OPERATION).execute(&mut customers).await.unwrap();

    let _background = start(&suite.work());
    let both = async {
        let mut was_undoing = false;
        loop {
            let is_resumed = count(&mut customers, RESUMED).await == 1;
            let is_undoing = count(&mut edges, STILL_UNDOING).await == 1;
            if is_resumed && is_undoing {
                return;
            }
            assert!(is_undoing || !was_undoing, "the operation waited for the peer of the relationship");
            was_undoing = is_undoing;
            tokio::task::yield_now().await;
        }
    };
    timeout(HANG, both).await.expect("both services resume their work");
}

/// The two services that resume unfinished work, in one process; calls to every service go to `silent`.
async fn two_services(folder: &Path, silent: &TcpListener) -> Suite {
    let database = |service: Service| (service, Config::sqlite(file(folder, service)));
    let silent = format!("http://{}", silent.local_addr().unwrap()).parse::<tonic::transport::Uri>().unwrap();
    let elsewhere = Service::ALL.map(|service| (service, silent.clone()));
    let ids = Ids::seeded(1);
    let settings = Settings {
        deployment: DEPLOYMENT_DEFAULT.to_owned(),
        databases: [Service::Relationship, Service::Customer].map(database).into(),
        elsewhere: Elsewhere::At(BTreeMap::from(elsewhere)),
        clock: Clock::starting_at("2026-11-21T12:00:00Z".parse().unwrap()),
        links: LinkKey::new(&ids.secret()),
        ids,
        require_reseller: true,
        rules_page: csp_service::RULES_PAGE_DEFAULT.to_owned(),
        print_mails: false,
        journal_retention: None,
    };
    Suite::open(settings).await.unwrap()
}

fn file(folder: &Path, service: Service) -> std::path::PathBuf {
    folder.join(format!("{service}.sqlite"))
}

async fn book_of(folder: &Path, service: Service) -> AnyConnection {
    AnyConnection::connect(&format!("sqlite:{}", file(folder, service).display())).await.unwrap()
}

async fn count(book: &mut AnyConnection, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(book).await.unwrap()
}
