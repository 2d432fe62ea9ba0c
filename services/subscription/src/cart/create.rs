//! `CreateCart`: a partner prepares a cart for itself or for its provider (rule SUB-02).

use csp_policy::boundaries::CreateCart;
use csp_policy::{Act, Partner, PartnerKind, Revision};
use csp_proto::subscription::v1 as pb;
use csp_service::order::{self, CARTS, OrderLine, Reseller};
use csp_service::peers::{CustomerAccess, CustomerFact, RegistryFacts, buyer};
use csp_service::{Call, Fault, Fields, Result, Run, wire};
use jiff::Timestamp;

use super::{Cart, Contents, TYPE, table};
use crate::offer::catalogue::Catalogue;
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
            customer_tenant: permit.facts().buyer.tenant.clone(),
            reseller: command.reseller.clone(),
            lines,
        };
        let cart = Cart::open(contents, &creator, &permit.facts().seller, now);

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
    let (tenant, day) = (call.tenant().unwrap_or_default(), wire::day_of(now));
    let subject = wire::customers_name(&command.customer, CARTS, wire::subject_id(command.id.as_deref()));
    let offers = command.lines.iter().map(|line| line.offer.as_str());
    let (customer, access, catalogue) = tokio::try_join!(
        service.customers.by_name(call, &command.customer),
        service.relationships.customer_access(call, &command.customer, tenant),
        Catalogue::read(service, &command.customer, "", offers, now),
    )?;
    let mut query = customer.as_ref().map(peers::query_for).unwrap_or_default();
    query.tenants.push(tenant.to_owned());
    query.partners.extend(command.seller.iter().cloned());
    let registry = service.registry.facts(call, day, query).await?;
    let creator = run.acting(&registry, now, &subject)?;
    let customer =
        customer.filter(|_| access.visible).ok_or_else(|| Fault::not_found("customer", &command.customer))?;
    let priced = catalogue.priced(|at| format!("{LINES}[{at}]"), &command.lines)?;
    Ok(Facts {
        policy: CreateCart {
            act: Act { at: now, day, subject, revisions: revisions(&registry, &customer, &catalogue) },
            seller: seller(command, &creator, &access, &registry)?,
            buyer: buyer(&customer, &registry)?,
            lines: catalogue.facts(&priced)?,
        },
        creator,
        lines: priced,
    })
}

/// The partner that is to submit the cart: the creator, or, for a reseller, a provider through which the
/// reseller serves the customer.
fn seller(
    command: &Command,
    creator: &Partner,
    access: &CustomerAccess,
    registry: &RegistryFacts,
) -> Result<Partner> {
    let is_reseller = creator.kind == PartnerKind::IndirectReseller;
    let Some(name) = &command.seller else {
        let must = "must name the provider that is to submit the cart: a reseller cannot";
        return if is_reseller { Err(Fault::field("seller", must)) } else { Ok(creator.clone()) };
    };
    if *name == creator.name && !is_reseller {
        return Ok(creator.clone());
    }
    let serves_through = is_reseller && access.providers.contains(name);
    let provider = registry.partner(name).filter(|_| serves_through).cloned();
    provider.ok_or_else(|| Fault::not_found("partner", name))
}

fn revisions(registry: &RegistryFacts, customer: &CustomerFact, catalogue: &Catalogue) -> Vec<Revision> {
    registry.revisions().into_iter().chain(customer.revisions()).chain(catalogue.revisions()).collect()
}
