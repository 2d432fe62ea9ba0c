//! `CreateCart`: a partner prepares a cart for itself or for its provider (rule SUB-02).

use csp_policy::boundaries::CreateCart;
use csp_policy::{Act, Partner, PartnerKind};
use csp_proto::subscription::v1 as pb;
use csp_service::order::{self, CARTS, OrderLine, Reseller};
use csp_service::peers::RegistryFacts;
use csp_service::{Call, Fault, Fields, Result, Run, wire};
use jiff::Timestamp;

use super::preparation::{self, Wanted};
use super::{Cart, Contents, TYPE, table};
use crate::order::line::PricedLine;
use crate::{SubscriptionService, peers};

/// The request's field with the lines.
const LINES: &str = "lines";

/// The parsed request.
struct Command {
    id: Option<String>,
    external_id: Option<String>,
    customer: String,
    seller: Option<String>,
    reseller: Option<Reseller>,
    lines: Vec<OrderLine>,
}

/// The facts of the decision, with the creator and the priced lines.
struct Facts {
    policy: CreateCart,
    creator: Partner,
    lines: Vec<PricedLine>,
}

impl TryFrom<&pb::CreateCartRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::CreateCartRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let id = fields.chosen_id("cart_id", &request.cart_id);
        let external_id = fields.external_id("external_id", &request.external_id);
        let customer = fields.resource_name("parent", &request.parent, peers::CUSTOMERS);
        let seller = fields.optional_name("seller", &request.seller, peers::PARTNERS);
        let reseller = Reseller::read(&mut fields, "", request.reseller_of_record.clone());
        let lines = order::lines(&mut fields, LINES, &request.lines);
        fields.finish(|| {
            Some(Command {
                id: id?,
                external_id: external_id?,
                customer: customer?,
                seller: seller?,
                reseller: reseller?,
                lines: lines?,
            })
        })
    }
}

pub(crate) async fn create(
    service: &SubscriptionService,
    call: &Call,
    request: pb::CreateCartRequest,
) -> Result<pb::CreateCartResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let id = command.id.clone().unwrap_or_else(|| service.book.next_id());
        let Facts { policy, creator, lines } = gather(service, call, &command, &run, now).await?;
        must_be_free(service, call, &command).await?;
        let permit = run.decide(policy)?;
        let contents = Contents {
            id,
            external_id: call.external_id(command.external_id.clone()),
            customer: command.customer.clone(),
            customer_tenant: permit.facts().content.buyer.tenant.clone(),
            reseller: command.reseller.clone(),
            lines,
        };
        let cart = Cart::open(contents, &creator, &permit.facts().content.seller, now);

        let mut write = run.write();
        let accepted = write.accept(permit, &cart.name())?;
        table::insert(&mut write, cart.row(), cart.line_rows(), &accepted);
        write.tell(cart.creation(now)?);
        let (cart, decision) = (Some(cart.render(&call.caller, now)), Some(accepted.decision()));
        write.conclude(pb::CreateCartResponse { cart, decision }).await
    })
    .await
}

/// Refuses a cart id of the customer or an external id of this creator that is already in use. The caller
/// sees the customer.
async fn must_be_free(service: &SubscriptionService, call: &Call, command: &Command) -> Result<()> {
    let taken = |customer: &str, id: &str| {
        Err(Fault::AlreadyExists { resource_type: TYPE, name: wire::customers_name(customer, CARTS, id) })
    };
    let mut reader = service.book.store.read().await?;
    if let Some(id) = &command.id
        && table::by_id(&mut reader, &command.customer, id).await?.is_some()
    {
        return taken(&command.customer, id);
    }
    if let Some(external_id) = call.external_id(command.external_id.clone())
        && let Some(cart) = table::by_external_id(&mut reader, &external_id).await?
    {
        return taken(&cart.customer, &cart.id);
    }
    Ok(())
}

async fn gather(
    service: &SubscriptionService,
    call: &Call,
    command: &Command,
    run: &Run<'_, pb::CreateCartRequest>,
    now: Timestamp,
) -> Result<Facts> {
    let subject = wire::customers_name(&command.customer, CARTS, wire::subject_id(command.id.as_deref()));
    let wanted = Wanted {
        customer: &command.customer,
        creator_tenant: call.tenant().unwrap_or_default(),
        seller: command.seller.as_deref(),
        is_new: true,
        lines: &command.lines,
        path_of: |at| format!("{LINES}[{at}]"),
    };
    let preparation = preparation::begin(service, call, &wanted, now).await?;
    let creator = run.acting(&preparation.registry, now, &subject)?;
    let (seller, reseller) = parties(command, &creator, &preparation.registry)?;
    let prepared = preparation.complete(service, call, &wanted, seller, reseller).await?;
    let act = Act { at: now, day: wire::day_of(now), subject, revisions: prepared.revisions };
    Ok(Facts { policy: CreateCart { act, content: prepared.content }, creator, lines: prepared.lines })
}

/// The partner that is to submit the cart, and the reseller that prepares the cart for it.
fn parties(
    command: &Command,
    creator: &Partner,
    registry: &RegistryFacts,
) -> Result<(Partner, Option<Partner>)> {
    let named = command.seller.as_ref().filter(|name| **name != creator.name);
    match (creator.kind, named) {
        (PartnerKind::IndirectReseller, None) => {
            let must = "must name the provider that is to submit the cart: a reseller cannot";
            Err(Fault::field("seller", must))
        }
        (PartnerKind::IndirectReseller, Some(name)) => {
            let seller = registry.authorized(name).ok_or_else(|| Fault::not_found("partner", name))?;
            Ok((seller.clone(), Some(creator.clone())))
        }
        (_, None) => Ok((creator.clone(), None)),
        (_, Some(_)) => {
            let must = "must be unset: only a reseller prepares a cart for another partner";
            Err(Fault::field("seller", must))
        }
    }
}
