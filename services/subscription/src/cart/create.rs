//! A partner prepares a cart, for itself or for its provider: `CreateCart` (rule SUB-02).

use csp_policy::boundaries::CreateCart;
use csp_policy::{Act, Partner, PartnerKind, Revision, decide, outsider};
use csp_proto::subscription::v1 as pb;
use csp_service::peers::{CustomerAccess, CustomerFact, RegistryFacts, buyer};
use csp_service::{Attempt, Call, Effect, Fault, Fields, Result};
use jiff::Timestamp;

use crate::SubscriptionService;
use crate::calendar::day_of;
use crate::cart::table as carts;
use crate::cart::{COLLECTION, Cart, Contents};
use crate::fields;
use crate::offer::catalogue::Shelf;
use crate::order::line::{self, Line};
use crate::peers;

/// Where a request names its lines.
const LINES: &str = "lines";

/// What the creator wants, well formed.
struct Command {
    id: Option<String>,
    external_id: Option<String>,
    customer: String,
    seller: Option<String>,
    reseller_mpn_id: Option<String>,
    lines: Vec<Line>,
}

/// What the cart is decided on.
struct Facts {
    policy: CreateCart,
    creator: Partner,
    lines: Vec<Line>,
}

impl TryFrom<&pb::CreateCartRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::CreateCartRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let id = fields::chosen_id(&mut fields, "cart_id", &request.cart_id);
        let external_id = fields::external_id(&mut fields, "external_id", &request.external_id);
        let customer = fields.resource_name("customer", &request.customer, peers::CUSTOMERS);
        let seller = fields::optional_name(&mut fields, "seller", &request.seller, peers::PARTNERS);
        let reseller_mpn_id =
            fields::optional_mpn_id(&mut fields, "reseller_mpn_id", &request.reseller_mpn_id);
        let lines = line::read(&mut fields, LINES, &request.lines);
        fields.finish(|| {
            Some(Command {
                id: id?,
                external_id: external_id?,
                customer: customer?,
                seller: seller?,
                reseller_mpn_id: reseller_mpn_id?,
                lines: lines?,
            })
        })
    }
}

pub(crate) async fn create_cart(
    service: &SubscriptionService,
    call: &Call,
    request: pb::CreateCartRequest,
) -> Result<pb::CreateCartResponse> {
    let command = Command::try_from(&request)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &command, &attempt)).await
}

async fn run(
    service: &SubscriptionService,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::CreateCartResponse> {
    if let Some(answer) = service.book.first_answer(attempt).await? {
        return Ok(answer);
    }
    must_be_free(service, call, command).await?;
    let now = service.book.now();
    let id = command.id.clone().unwrap_or_else(|| service.book.next_id());
    let facts = gather(service, call, command, attempt, &id, now).await?;
    let contents = Contents {
        id,
        external_id: command.external_id.clone(),
        customer: command.customer.clone(),
        customer_tenant: facts.policy.buyer.tenant.clone(),
        reseller_mpn_id: command.reseller_mpn_id.clone().unwrap_or_default(),
        lines: facts.lines,
    };
    let cart = Cart::open(contents, &facts.creator, &facts.policy.seller, now);
    let permit = decide(facts.policy).map_err(|refused| service.book.refuse(call, attempt, refused))?;
    let rendered = cart.render(now);
    if attempt.validates_only() {
        let decision = Some(service.book.preview(&permit));
        return Ok(pb::CreateCartResponse { cart: Some(rendered), decision });
    }

    // After this point only a lost race can refuse.
    let mut tx = service.book.store.write();
    let accepted = service.book.accept(&mut tx, call, attempt, permit, &cart.name())?;
    carts::insert(&mut tx, cart.row(), &cart.line_rows(), &accepted);
    let effect = Effect::created(&cart.name(), cart.row().revision, &rendered)?;
    let response = pb::CreateCartResponse { cart: Some(rendered), decision: Some(accepted.decision()) };
    service.book.conclude(tx, call, attempt, Some(accepted.decision_id()), vec![effect], &response).await?;
    Ok(response)
}

/// A chosen id, and the creator's own key, must not be in use.
async fn must_be_free(service: &SubscriptionService, call: &Call, command: &Command) -> Result<()> {
    let mut reader = service.book.store.read().await?;
    if let Some(id) = &command.id
        && carts::by_id(&mut reader, id).await?.is_some()
    {
        return Err(Fault::AlreadyExists { resource_type: "cart", name: format!("{COLLECTION}/{id}") });
    }
    if let (Some(external_id), Some(tenant)) = (&command.external_id, call.tenant())
        && let Some(cart) = carts::by_external_id(&mut reader, tenant, external_id).await?
    {
        return Err(Fault::AlreadyExists {
            resource_type: "cart",
            name: format!("{COLLECTION}/{}", cart.id),
        });
    }
    Ok(())
}

async fn gather(
    service: &SubscriptionService,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
    id: &str,
    now: Timestamp,
) -> Result<Facts> {
    let (tenant, day) = (call.tenant().unwrap_or_default(), day_of(now));
    let subject = format!("{COLLECTION}/{id}");
    let offers = command.lines.iter().map(|line| line.offer.as_str());
    let (customer, access, shelf) = tokio::try_join!(
        service.customers.by_name(call, &command.customer),
        service.relationships.customer_access(call, &command.customer, tenant),
        Shelf::read(service, &command.customer, "", offers, now),
    )?;
    let mut query = customer.as_ref().map(peers::query_for).unwrap_or_default();
    query.tenants.push(tenant.to_owned());
    query.partners.extend(command.seller.iter().cloned());
    let registry = service.registry.facts(call, day, query).await?;
    let creator = registry.partner_of_tenant(tenant).cloned();
    let creator = creator
        .ok_or_else(|| service.book.refuse(call, attempt, outsider("CreateCart", day, &subject, tenant)))?;
    let customer =
        customer.filter(|_| access.visible).ok_or_else(|| Fault::not_found("customer", &command.customer))?;
    let priced = shelf.priced(|at| format!("{LINES}[{at}]"), &command.lines)?;
    Ok(Facts {
        policy: CreateCart {
            act: Act { day, subject, revisions: revisions(&registry, &customer, &shelf) },
            seller: seller(command, &creator, &access, &registry)?,
            buyer: buyer(&customer, &registry)?,
            lines: shelf.facts(&priced)?,
        },
        creator,
        lines: priced.into_iter().map(|priced| priced.line).collect(),
    })
}

/// Who is to submit the cart: the creator, or for a reseller a provider through which it serves the customer.
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

fn revisions(registry: &RegistryFacts, customer: &CustomerFact, shelf: &Shelf) -> Vec<Revision> {
    registry.revisions().into_iter().chain(customer.revisions()).chain(shelf.revisions()).collect()
}
