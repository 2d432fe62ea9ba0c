//! A broken value is reported with its table, row and column, and never read as another value.

use csp_store::Change;
use prost::Message;

use super::*;

/// The fault that a reader gets after `change`, which stores a value that no release writes.
async fn ruined(change: &'static str, check: impl AsyncFn(&Scene) -> Result<()>) -> String {
    let scene = Scene::set().await;
    scene.create(creation("r")).await.unwrap();
    let mut tx = scene.service.book.store.write();
    sqlx::query("PRAGMA ignore_check_constraints = ON").execute(tx.conn().await.unwrap()).await.unwrap();
    tx.put(Change::new(change));
    tx.commit().await.unwrap();
    format!("{:?}", check(&scene).await.unwrap_err())
}

async fn read_customer(scene: &Scene) -> Result<()> {
    let request = pb::GetCustomerRequest { name: "customers/tailspin".to_owned() };
    customer::get(&scene.service, &provider("GetCustomer"), request).await.map(drop)
}

async fn read_operation(scene: &Scene) -> Result<()> {
    let mut reader = scene.service.book.store.read_once().await?;
    let id = sqlx::query_scalar::<_, String>("SELECT id FROM operation").fetch_one(&mut *reader).await;
    drop(reader);
    creation::read::by_id(&scene.service, &id.unwrap()).await.map(drop)
}

#[tokio::test]
async fn a_value_that_no_release_writes_is_reported_with_its_row_and_column() {
    for (change, cause) in [
        ("UPDATE customer SET cloud = 'MOON'", "customer `tailspin` holds `MOON` in cloud"),
        ("UPDATE customer SET country = 'Italy'", "customer `tailspin` holds `Italy` in country"),
        (
            "UPDATE customer SET create_time = 9000000000000000000",
            "customer `tailspin` holds `9000000000000000000` in create_time",
        ),
        (
            "UPDATE customer SET billing_contact = x'ff'",
            "customer `tailspin` holds `1 bytes` in billing_contact",
        ),
        ("UPDATE customer SET setup_info_shown = 7", "customer `tailspin` holds `7` in setup_info_shown"),
    ] {
        let fault = ruined(change, read_customer).await;
        assert!(fault.contains(cause), "{change}: {fault}");
    }
    for (change, cause) in [
        ("UPDATE operation SET state = 'WAITING'", "holds `WAITING` in state"),
        ("UPDATE operation SET step = 'PAY'", "holds `PAY` in step"),
        ("UPDATE operation SET rpc = 'BuyCustomer'", "holds `BuyCustomer` in rpc"),
    ] {
        let fault = ruined(change, read_operation).await;
        assert!(fault.contains(cause), "{change}: {fault}");
    }
}

#[tokio::test]
async fn a_broken_operation_does_not_prevent_the_resumption_of_others() {
    let scene = Scene::set().await;
    scene.peers.behave("EstablishCustomer", Mood::Away);
    scene.create(creation("r")).await.unwrap_err();
    let mut tx = scene.service.book.store.write();
    sqlx::query("PRAGMA ignore_check_constraints = ON").execute(tx.conn().await.unwrap()).await.unwrap();
    tx.put(Change::new("UPDATE operation SET rpc = 'BuyCustomer'"));
    tx.commit().await.unwrap();
    scene.create(wingtip("s")).await.unwrap_err();
    scene.peers.behave("EstablishCustomer", Mood::Willing);
    assert_eq!(scene.resume().await, 1, "the intact operation is resumed and ends");
}

#[tokio::test]
async fn an_operation_of_an_older_release_that_this_release_refuses_is_undone() {
    let scene = Scene::set().await;
    scene.peers.behave("EstablishCustomer", Mood::Away);
    scene.create(creation("r")).await.unwrap_err();
    let mut older = creation("r");
    older.admin_access = Some(csp_proto::relationship::v1::AdminAccess {
        roles: vec!["Global Administrator".to_owned()],
        duration_days: 30,
    });
    let mut tx = scene.service.book.store.write();
    tx.put(
        Change::new("UPDATE operation SET request = $1").bind(older.encode_to_vec().as_slice()).must_meet(1),
    );
    tx.commit().await.unwrap();
    scene.peers.behave("EstablishCustomer", Mood::Willing);
    scene.resume().await;
    assert!(scene.peers.state().claims.is_empty(), "tenant and domain are free again");
}
