//! The compensation of an operation: undoes everything that its steps did.

use csp_service::peers::{Closing, Edge, EdgesQuery, RelationshipKey, Voiding};
use csp_service::{Attempt, Fault, Result};
use jiff::Timestamp;
use tonic::Code;

use super::table;
use super::work::{Progress, Work};
use crate::{agreement, customer};

/// Undoes every step. If the order was placed after all, the operation resumes. If something else depends on
/// the customer, the customer is kept and the operation ends without its order.
pub(crate) async fn take_back(work: &Work<'_>) -> Result<Progress> {
    let now = work.service.book.now();
    if let Some(relationship) = &work.operation.row().relationship {
        // Void the operation's order first, even if its SubmitOrder is in flight: a compensated operation
        // must not have an order.
        let (operation, customer) = (work.operation.name(), work.customer.name());
        let voiding = work.service.subscriptions.void_order(&work.call, &operation, &customer).await?;
        if voiding == Voiding::Placed {
            let mut after = work.operation.clone();
            after.go_on(now)?;
            work.go_on(&after).await?;
            return Ok(Progress::Next);
        }
        // The relationship is closed for orders before anything is undone, so that no other order can depend
        // on the relationship.
        let (started, edge) = (now.as_microsecond(), key(work, relationship));
        let closing = work.service.subscriptions.close_edge(&work.call, edge, started).await?;
        match closing {
            Closing::Closed => {}
            // No order depends on the relationship. A removal that started later was abandoned meanwhile, so
            // this close request is outdated. The retry has a later start time.
            Closing::Held(0) => return Err(Fault::lost_race(relationship.clone())),
            Closing::Held(_) => return keep(work).await,
        }
    }
    match undo(work).await {
        Err(Fault::PeerAnswered(refusal)) if refusal.code() == Code::FailedPrecondition => {
            reopen(work, now).await?;
            return keep(work).await;
        }
        undone => undone?,
    }
    let (mut customer, mut operation) = (work.customer.clone(), work.operation.clone());
    customer.abandon(now)?;
    operation.undone(now)?;
    let mut tx = work.service.book.store.write();
    customer::table::end_reservation(&mut tx, customer.row());
    customer::table::clear_keys(&mut tx, &customer.row().id);
    agreement::table::delete(&mut tx, &customer.row().id);
    table::update(&mut tx, operation.row());
    let effects = vec![work.operation.change_to(&operation)?];
    // The service's own work has no request id, so an attempt of this work does not store an answer.
    let own_work = Attempt::of_work(&work.call);
    work.service.book.conclude(tx, &work.call, &own_work, None, effects, &()).await?;
    Ok(Progress::Next)
}

/// Keeps the customer with its edges and its agreement, because something else already depends on the
/// customer.
async fn keep(work: &Work<'_>) -> Result<Progress> {
    let book = &work.service.book;
    let (now, mut operation) = (book.now(), work.operation.clone());
    operation.kept(now)?;
    let mut tx = book.store.write();
    let shown = work.show(&mut tx, now).await?;
    let effects = work.end(&mut tx, &shown, &operation)?;
    let decision_id = Some(operation.row().creation_decision.as_str());
    // The service's own work has no request id, so an attempt of this work does not store an answer.
    let own_work = Attempt::of_work(&work.call);
    book.conclude(tx, &work.call, &own_work, decision_id, effects, &()).await?;
    Ok(Progress::Next)
}

/// Opens the seller's relationship for orders again, unless the relationship has ended. A close by a removal
/// that started after `started` stays in force.
async fn reopen(work: &Work<'_>, started: Timestamp) -> Result<()> {
    let Some(relationship) = &work.operation.row().relationship else {
        return Ok(());
    };
    let query = EdgesQuery {
        provider: work.operation.row().seller.clone(),
        customer: work.customer.name(),
        customer_tenant: work.customer.row().tenant.clone(),
        ..EdgesQuery::default()
    };
    let edges = work.service.relationships.edges(&work.call, query).await?;
    let is_own = |edge: &Edge| edge.active && edge.name == *relationship;
    if edges.provider_relationship.as_ref().is_some_and(is_own) {
        let (until, edge) = (started.as_microsecond(), key(work, relationship));
        work.service.subscriptions.reopen_edge(&work.call, edge, until).await?;
    }
    Ok(())
}

/// Undoes the edges and the claims at the peers. The peers refuse steps of the operation that are still in
/// flight.
async fn undo(work: &Work<'_>) -> Result<()> {
    let (operation, name) = (work.operation.name(), work.customer.name());
    work.service.relationships.dissolve_customer(&work.call, &operation, &name).await?;
    work.service.registry.release_customer(&work.call, &operation, &name).await
}

fn key(work: &Work<'_>, relationship: &str) -> RelationshipKey {
    RelationshipKey {
        relationship: relationship.to_owned(),
        partner: work.operation.row().seller.clone(),
        provider: None,
        customer: work.customer.name(),
    }
}
