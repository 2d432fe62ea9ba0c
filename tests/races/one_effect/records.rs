//! The stored answers of requests: kept for a day, for their caller only, and without secrets.

use csp_proto::customer::v1::RevealSetupInfoRequest;
use csp_proto::relationship::v1::{InviteCustomerRequest, RequestPartnershipRequest};
use csp_suite::service::Service;
use csp_tests::{Backend, Running, faults};
use jiff::SignedDuration;
use sqlx::{AssertSqlSafe, Connection};

use super::scene::{Mutation, Scene};
use crate::races::no_new_enemy::honest;

const TABLES: &str = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'";

async fn prune(suite: &Running) {
    for book in suite.suite().books() {
        while book.prune().await.unwrap() {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_answer_is_kept_for_a_day() {
    for backend in Backend::all() {
        let suite = honest(backend).await;
        let scene = Scene::set(&suite, 1).await;
        let order = Mutation::SubmitOrder;
        let send = || scene.send(scene.caller(order).clone(), order, 0, "once");
        let first = send().await.unwrap();
        suite.wait(SignedDuration::from_hours(24) - SignedDuration::from_secs(1));
        prune(&suite).await;
        assert_eq!(send().await.unwrap(), first);
        assert_eq!(scene.effects(order).await, 1);

        // The negative control: after the stored answer is erased, the repeat is a new request.
        suite.wait(SignedDuration::from_secs(2));
        prune(&suite).await;
        assert_ne!(send().await.unwrap(), first);
        assert_eq!(scene.effects(order).await, 2);
        faults::record(
            &format!(
                "an order is repeated 23:59:59 later, after old stored answers were erased ({backend:?})"
            ),
            "the first answer, no second effect",
            1,
            "the first answer, 1 effect",
            "24:00:01 later, after old stored answers were erased: a new order",
            "",
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_callers_may_use_the_same_request_id() {
    for backend in Backend::all() {
        let suite = honest(backend).await;
        let (contoso, northwind) =
            (suite.provider("contoso", "DE").await, suite.provider("northwind", "DE").await);
        let fabrikam = suite.reseller("fabrikam", "FR").await;
        let wanted = RequestPartnershipRequest {
            request_id: "once".to_owned(),
            reseller: fabrikam.name.clone(),
            reseller_email: "owner@fabrikam.example".to_owned(),
            ..Default::default()
        };
        let mut names = Vec::new();
        for provider in [&contoso, &northwind, &contoso] {
            let asked = provider.people.relationship().request_partnership(wanted.clone()).await.unwrap();
            names.push(asked.into_inner().partnership.unwrap().name);
        }
        assert_ne!(names[0], names[1], "the same id from another caller is another request");
        assert_eq!(names[0], names[2]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_table_stores_a_secret() {
    for backend in Backend::all() {
        let suite = honest(backend).await;
        let contoso = suite.provider("contoso", "DE").await;
        let litware = suite.direct_bill("litware", "DE").await;
        let fabrikam = suite.reseller("fabrikam", "FR").await;
        let customer = suite.customer_of("tailspin", "FR", &litware, None).await;
        let (request_id, email) = ("once".to_owned(), "owner@fabrikam.example".to_owned());
        let asked = RequestPartnershipRequest {
            request_id: request_id.clone(),
            reseller: fabrikam.name.clone(),
            reseller_email: email.clone(),
            ..Default::default()
        };
        let asked = contoso.people.relationship().request_partnership(asked).await.unwrap().into_inner();
        let invited = InviteCustomerRequest { request_id, customer_email: email, ..Default::default() };
        let invited = litware.people.relationship().invite_customer(invited).await.unwrap().into_inner();
        let reveal = RevealSetupInfoRequest { name: customer };
        let revealed = litware.people.customers().reveal_setup_info(reveal).await.unwrap().into_inner();
        let secrets =
            [asked.draft.unwrap().link_token, invited.draft.unwrap().link_token, revealed.temporary_password];
        let stored = stored(&suite).await;
        for secret in &secrets {
            assert!(!secret.is_empty() && !holds(&stored, secret), "{backend:?}: a secret is stored");
        }
        // The negative control: the same search finds values that are stored, also in stored answers.
        assert!(holds(&stored, "tailspin.example") && holds(&stored, "owner@fabrikam.example"));
        faults::record(
            &format!(
                "every table's bytes are searched for link tokens and a temporary password ({backend:?})"
            ),
            "no secret is stored",
            secrets.len(),
            "no secret is stored",
            "a domain and an e-mail address are found by the same search",
            "",
        );
    }
}

/// Everything that the services store: the bytes of their files, or the text of every row.
async fn stored(suite: &Running) -> Vec<u8> {
    let mut stored = Vec::new();
    for service in Service::ALL {
        let Some(database) = suite.databases().on_server(service) else {
            for file in std::fs::read_dir(suite.folder()).unwrap() {
                stored.extend(std::fs::read(file.unwrap().path()).unwrap());
            }
            return stored;
        };
        let mut connection = database.connect().await;
        // Shows printable bytes as they are: secrets are printable.
        sqlx::query("SET bytea_output = 'escape'").execute(&mut connection).await.unwrap();
        let tables: Vec<String> = sqlx::query_scalar(TABLES).fetch_all(&mut connection).await.unwrap();
        for table in tables {
            let rows = AssertSqlSafe(format!("SELECT CAST(t AS TEXT) FROM {table} t"));
            let rows: Vec<String> = sqlx::query_scalar(rows).fetch_all(&mut connection).await.unwrap();
            stored.extend(rows.into_iter().flat_map(String::into_bytes));
        }
        connection.close().await.unwrap();
    }
    stored
}

fn holds(stored: &[u8], text: &str) -> bool {
    stored.windows(text.len()).any(|window| window == text.as_bytes())
}
