//! Seats are added, which is a sale, or taken back within their window: `ChangeQuantity` (rules SUB-08, SUB-10).

use csp_policy::boundaries::ChangeQuantity;
use csp_policy::{Revision, WINDOW_HOURS, decide, seats_reducible};
use csp_proto::subscription::v1 as pb;
use csp_service::{Attempt, Call, Fault, Fields, Result};
use jiff::SignedDuration;

use crate::SubscriptionService;
use crate::amendment::Amendment;
use crate::shelf::Shelf;
use crate::store::{Holdings, SeatAdditionRow, guards, histories};
use crate::{chain, subscription};

/// What is wanted, well formed.
struct Command {
    name: String,
    etag: String,
    quantity: u32,
}

/// What the change is decided on.
struct Facts {
    policy: ChangeQuantity,
    holdings: Holdings,
    /// Additions whose window is open, newest first.
    open: Vec<SeatAdditionRow>,
}

impl TryFrom<&pb::ChangeQuantityRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::ChangeQuantityRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.resource_name("name", &request.name, subscription::COLLECTION);
        let quantity = fields.number("quantity", request.quantity, 0..=i32::MAX);
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
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &command, &attempt)).await
}

async fn run(
    service: &SubscriptionService,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::ChangeQuantityResponse> {
    if let Some(answer) = service.book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let mut amendment = Amendment::of(service, call, &command.name, &command.etag).await?;
    let Facts { policy, holdings, open } = gather(service, call, command, &amendment).await?;
    let permit = decide(policy).map_err(|refused| service.book.refuse(call, attempt, refused))?;
    amendment.after.set_quantity(command.quantity, amendment.now);
    let subscription = Some(amendment.after.render(amendment.now));
    if attempt.validates_only() {
        let decision = Some(service.book.preview(&permit));
        return Ok(pb::ChangeQuantityResponse { subscription, decision });
    }

    // After this point only a lost race can refuse.
    let customer = &amendment.before.row().customer;
    let mut tx = service.book.store.write();
    if command.quantity > amendment.before.seats() {
        guards::take_holdings(&mut tx, customer, &holdings);
    }
    let accepted = service.book.accept(&mut tx, call, attempt, permit, &command.name)?;
    amendment.save(service, &mut tx, &accepted).await?;
    if let Some(added) = amendment.after.added_since(&amendment.before) {
        histories::add(&mut tx, &added, &accepted);
    }
    for left in amendment.after.left_of(&amendment.before, open) {
        histories::reduce(&mut tx, &left, &accepted);
    }
    let effects = amendment.after.effects_since(&amendment.before, amendment.now)?;
    let response = pb::ChangeQuantityResponse { subscription, decision: Some(accepted.decision()) };
    service.book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    Ok(response)
}

async fn gather(
    service: &SubscriptionService,
    call: &Call,
    command: &Command,
    amendment: &Amendment,
) -> Result<Facts> {
    let (row, now) = (amendment.before.row(), amendment.now);
    let (customer, shelf, seats) = tokio::try_join!(
        service.customers.by_name(call, &row.customer),
        Shelf::read(service, &row.customer, &row.id, [row.offer.as_str()].into_iter(), now),
        seats(service, amendment),
    )?;
    let customer = customer.ok_or_else(|| Fault::not_found("customer", &row.customer))?;
    let mut query = chain::query_for(&customer);
    query.partners =
        [&row.seller, &row.reseller].into_iter().filter(|name| !name.is_empty()).cloned().collect();
    let registry = service.registry.facts(call, amendment.day(), query).await?;
    let reseller = match row.reseller.as_str() {
        "" => None,
        name => Some(chain::partner(&registry, name)?.clone()),
    };
    let (added, open) = seats;
    let read: Vec<Revision> =
        registry.revisions().into_iter().chain(customer.revisions()).chain(shelf.revisions()).collect();
    let policy = ChangeQuantity {
        day: amendment.day(),
        subject: amendment.before.name(),
        revisions: amendment.revisions(read),
        caller: call.caller.clone(),
        seller: amendment.seller_among(&registry)?,
        reseller,
        buyer: chain::buyer(&customer, &registry),
        state: amendment.before.policy_state(now),
        seats: amendment.before.seats(),
        line: shelf.fact(&row.offer, command.quantity, &[])?,
        seats_reducible: seats_reducible(&amendment.before.seat_additions(added, &open), now),
    };
    Ok(Facts { policy, holdings: shelf.holdings(), open })
}

/// All seats that were added after the purchase and are held, and the additions whose window is open.
async fn seats(service: &SubscriptionService, amendment: &Amendment) -> Result<(i64, Vec<SeatAdditionRow>)> {
    let since = amendment.now.checked_sub(SignedDuration::from_hours(WINDOW_HOURS)).unwrap_or_default();
    let id = &amendment.before.row().id;
    let mut reader = service.book.store.read().await?;
    let added = histories::seats_added(&mut reader, id).await?;
    Ok((added, histories::additions(&mut reader, id, since.as_microsecond()).await?))
}
