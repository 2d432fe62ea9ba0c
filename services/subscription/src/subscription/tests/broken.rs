//! An invalid stored value is reported with its column, and is never read as another value.

use csp_proto::subscription::v1 as pb;
use csp_service::{Fault, Result};

use crate::fixtures::{World, agent, line, order, world};
use crate::order::tests::buy;
use crate::{offer, subscription};

/// Reads the offer, then the subscription.
async fn read(world: &World, name: &str) -> Result<()> {
    let get = pb::GetOfferRequest { name: "offers/mail".to_owned() };
    offer::get(&world.service, get).await?;
    let get = pb::GetSubscriptionRequest { name: name.to_owned() };
    subscription::get(&world.service, &agent("contoso", "GetSubscription"), get).await.map(|_| ())
}

/// Runs the statement `ruin`, reads again, and returns the cause of the internal error.
async fn cause_of(world: &World, name: &str, ruin: &'static str) -> String {
    let mut tx = world.service.store().write();
    sqlx::query(ruin).execute(tx.conn().await.unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    match read(world, name).await {
        Err(Fault::Internal(cause)) => cause,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_invalid_stored_value_is_reported_with_its_column() {
    let world = world().await.with_offers().await;
    let bought = buy(&world, order(vec![line("mail", 10)])).await.unwrap();
    let name = bought.subscriptions[0].name.clone();
    read(&world, &name).await.unwrap();
    // In reverse order of reading: each read meets the column that was damaged last before those that were
    // damaged earlier. The offer is read before the subscription, and columns are read in the order of the
    // table.
    for (ruin, column, value) in [
        ("UPDATE subscription SET term_end = 9000000000000000000", "term_end", "9000000000000000000"),
        ("UPDATE subscription SET term = 'P2Y'", "term", "P2Y"),
        ("UPDATE subscription SET quantity = -5", "quantity", "-5"),
        ("UPDATE offer SET plans = ' P1Y/WEEKLY '", "plans", "P1Y/WEEKLY"),
        ("UPDATE offer SET countries = ' IT Italy '", "countries", "Italy"),
    ] {
        let cause = cause_of(&world, &name, ruin).await;
        assert!(cause.contains(column) && cause.contains(value), "{ruin}: {cause}");
    }
}
