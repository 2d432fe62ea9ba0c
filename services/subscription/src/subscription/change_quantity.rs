//! `ChangeQuantity`: seats are added, which is a sale, or removed within their 7-day window (rules SUB-08 and
//! SUB-10).

use csp_policy::boundaries::ChangeQuantity;
use csp_policy::{Revision, WINDOW_HOURS, seats_reducible};
use csp_proto::subscription::v1 as pb;
use csp_service::peers::buyer;
use csp_service::{Call, CustomersResource, Fault, Fields, Result};
use jiff::SignedDuration;

use super::COLLECTION;
use super::amendment::Amendment;
use super::histories::{self, SeatAdditionRow};
use crate::holding::{self, Holdings};
use crate::offer::catalogue::Catalogue;
use crate::{SubscriptionService, peers};

/// The parsed request.
struct Command {
    name: CustomersResource,
    etag: String,
    quantity: u32,
}

/// The facts of the decision, and what the write needs besides.
struct Facts {
    policy: ChangeQuantity,
    holdings: Holdings,
    /// Seat additions whose window is open, newest first.
    open: Vec<SeatAdditionRow>,
}

impl TryFrom<&pb::ChangeQuantityRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::ChangeQuantityRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.customers_resource("name", &request.name, COLLECTION);
        let quantity = fields.required("quantity", request.quantity.as_ref());
        let quantity = quantity.and_then(|quantity| fields.number("quantity", *quantity, 0..=i32::MAX));
        fields.finish(|| {
            let quantity = u32::try_from(quantity?).ok()?;
            Some(Command { name: name?, etag: request.etag.clone(), quantity })
        })
    }
}

pub(crate) async fn change_quantity(
    service: &SubscriptionService,
    call: &Call,
    request: pb::ChangeQuantityRequest,
) -> Result<pb::ChangeQuantityResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let mut amendment = Amendment::of(service, call, &command.name, &command.etag).await?;
        let Facts { policy, holdings, open } = gather(service, call, &command, &amendment).await?;
        let permit = run.decide(policy)?;
        amendment.after.set_quantity(command.quantity, amendment.now);

        let mut write = run.write();
        if command.quantity > amendment.before.seats() {
            holding::take(&mut write, &amendment.before.row().customer, &holdings);
        }
        let accepted = write.accept(permit, &amendment.before.name())?;
        amendment.save(service, &mut write, &accepted).await?;
        if let Some(added) = amendment.after.added_since(&amendment.before) {
            histories::add(&mut write, &added, &accepted);
        }
        for left in amendment.after.left_of(&amendment.before, open) {
            histories::reduce(&mut write, &left, &accepted);
        }
        write.tell_all(amendment.effects()?);
        let (subscription, quote) = (Some(amendment.rendered()), Some(amendment.quote()));
        let decision = Some(accepted.decision());
        write.conclude(pb::ChangeQuantityResponse { subscription, quote, decision }).await
    })
    .await
}

async fn gather(
    service: &SubscriptionService,
    call: &Call,
    command: &Command,
    amendment: &Amendment,
) -> Result<Facts> {
    let (row, now) = (amendment.before.row(), amendment.now);
    let (customer, catalogue, seats) = tokio::try_join!(
        service.customers.by_name(call, &row.customer),
        Catalogue::read(service, &row.customer, &row.id, [row.offer.as_str()].into_iter(), now),
        seats(service, amendment),
    )?;
    let customer = customer.ok_or_else(|| Fault::not_found("customer", &row.customer))?;
    let mut query = peers::query_for(&customer);
    query.partners =
        [&row.seller, &row.reseller].into_iter().filter(|name| !name.is_empty()).cloned().collect();
    let registry = service.registry.facts(call, amendment.day(), query).await?;
    let reseller = match row.reseller.as_str() {
        "" => None,
        name => Some(peers::partner(&registry, name)?.clone()),
    };
    let (added, open) = seats;
    let read: Vec<Revision> =
        registry.revisions().into_iter().chain(customer.revisions()).chain(catalogue.revisions()).collect();
    let policy = ChangeQuantity {
        act: amendment.act(read),
        caller: call.caller.clone(),
        seller: amendment.seller_among(&registry)?,
        reseller,
        buyer: buyer(&customer, &registry)?,
        state: amendment.before.policy_state(now),
        seats: amendment.before.seats(),
        line: catalogue.fact(&row.offer, command.quantity, &[])?,
        seats_reducible: seats_reducible(&amendment.before.seat_additions(added, &open)?, now),
    };
    Ok(Facts { policy, holdings: catalogue.holdings(), open })
}

/// The number of seats that were added after the purchase and are still held, and the additions whose window
/// is open, newest first.
async fn seats(service: &SubscriptionService, amendment: &Amendment) -> Result<(i64, Vec<SeatAdditionRow>)> {
    let since = amendment.now.checked_sub(SignedDuration::from_hours(WINDOW_HOURS)).unwrap_or_default();
    let row = amendment.before.row();
    let mut reader = service.book.store.read().await?;
    let added = histories::seats_added(&mut reader, row).await?;
    Ok((added, histories::additions(&mut reader, row, since).await?))
}
