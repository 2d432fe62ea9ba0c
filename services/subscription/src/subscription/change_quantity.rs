//! `ChangeQuantity`: seats are added, which is a sale, or removed within their 7-day window (rules SUB-08 and
//! SUB-10).

use csp_policy::boundaries::ChangeQuantity;
use csp_proto::subscription::v1 as pb;
use csp_service::peers::Query;
use csp_service::{Call, CustomersResource, Fault, Fields, Result};

use super::COLLECTION;
use super::amendment::Amendment;
use super::histories;
use crate::holding::{self, Holdings};
use crate::order::sale::{self, Sale};
use crate::{SubscriptionService, edge_guard};

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
    /// See [`Sale::edges`].
    edges: Vec<String>,
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
        let Facts { policy, holdings, edges } = gather(service, call, &command, &amendment).await?;
        let permit = run.decide(policy)?;
        let given_back = amendment.before.seats().checked_sub(command.quantity).filter(|seats| *seats > 0);
        let refund = given_back.map(|seats| amendment.before.refund(seats, amendment.now)).transpose()?;
        amendment.after.set_quantity(command.quantity, amendment.now);

        let mut write = run.write();
        if command.quantity > amendment.before.seats() {
            let customer = &amendment.before.row().customer;
            edge_guard::use_edges(&mut write, &edges, customer);
            holding::take(&mut write, customer, &holdings);
        }
        let accepted = write.accept(permit, &amendment.before.name())?;
        amendment.save(service, &mut write, &accepted).await?;
        let change = amendment.after.change_since(&amendment.before, "", accepted.decision_id());
        if let Some(change) = change {
            histories::keep_change(&mut write, &change, &accepted);
        }
        write.tell_all(amendment.effects()?);
        let (subscription, quote) =
            (Some(amendment.rendered()), Some(pb::Quote { refund, ..amendment.quote() }));
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
    let row = amendment.before.row();
    let proposal = amendment.proposal(&row.offer, command.quantity);
    let query = Query { partners: vec![row.seller.clone()], ..Query::default() };
    let parties = sale::parties(service, call, &proposal, query).await?;
    let seller = amendment.seller_among(parties.registry())?;
    let Sale { facts, revisions, catalogue, edges } = parties.sale(service, call, &proposal, seller).await?;
    let line = catalogue.more(&row.offer, command.quantity, amendment.before.term_start(amendment.now))?;
    let policy = ChangeQuantity {
        act: amendment.act(revisions),
        caller: call.caller.clone(),
        state: amendment.before.policy_state(amendment.now),
        held: amendment.before.held(amendment.now),
        sale: csp_policy::Sale { lines: vec![line], ..facts },
    };
    Ok(Facts { policy, holdings: catalogue.holdings(), edges })
}
