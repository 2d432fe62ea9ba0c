//! A provider puts another reseller of record on a subscription: `AssociateReseller` (rules SUB-04 and SUB-05).

use csp_policy::boundaries::AssociateReseller;
use csp_policy::decide;
use csp_proto::subscription::v1 as pb;
use csp_service::peers::{Edges, EdgesQuery, Query};
use csp_service::{Attempt, Call, Fault, Fields, Result};

use crate::SubscriptionService;
use crate::amendment::Amendment;
use crate::store::{guards, histories};
use crate::{chain, parse, subscription};

/// What is wanted, well formed.
struct Command {
    name: String,
    etag: String,
    mpn_id: String,
}

/// What the association is decided on, and the active relationships that it rests on.
struct Facts {
    policy: AssociateReseller,
    edges: Vec<String>,
}

impl TryFrom<&pb::AssociateResellerRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::AssociateResellerRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.resource_name("name", &request.name, subscription::COLLECTION);
        let mpn_id = parse::mpn_id(&mut fields, "reseller_mpn_id", &request.reseller_mpn_id);
        fields.finish(|| Some(Command { name: name?, etag: request.etag.clone(), mpn_id: mpn_id? }))
    }
}

pub(crate) async fn associate_reseller(
    service: &SubscriptionService,
    call: &Call,
    request: pb::AssociateResellerRequest,
) -> Result<pb::AssociateResellerResponse> {
    let command = Command::try_from(&request)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &command, &attempt)).await
}

async fn run(
    service: &SubscriptionService,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::AssociateResellerResponse> {
    if let Some(answer) = service.book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let mut amendment = Amendment::of(service, call, &command.name, &command.etag).await?;
    let Facts { policy, edges } = gather(service, call, command, &amendment).await?;
    let permit = decide(policy).map_err(|refused| service.book.refuse(call, attempt, refused))?;
    let reseller = permit.facts().reseller.as_ref();
    let reseller = reseller.ok_or_else(|| Fault::internal("SUB-04 allowed an MPN ID without a reseller"))?;
    let former = amendment.after.associate(reseller, &command.mpn_id, amendment.now);
    let subscription = Some(amendment.after.render(amendment.now));
    if attempt.validates_only() {
        let decision = Some(service.book.preview(&permit));
        return Ok(pb::AssociateResellerResponse { subscription, decision });
    }

    // After this point only a lost race can refuse.
    let mut tx = service.book.store.write();
    guards::use_edges(&mut tx, &edges, &amendment.before.row().customer);
    let accepted = service.book.accept(&mut tx, call, attempt, permit, &command.name)?;
    amendment.save(service, &mut tx, &accepted).await?;
    if let Some(former) = former {
        histories::keep_reseller(&mut tx, &former, &accepted);
    }
    let effects = amendment.after.effects_since(&amendment.before, amendment.now)?;
    let response = pb::AssociateResellerResponse { subscription, decision: Some(accepted.decision()) };
    service.book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    Ok(response)
}

async fn gather(
    service: &SubscriptionService,
    call: &Call,
    command: &Command,
    amendment: &Amendment,
) -> Result<Facts> {
    let row = amendment.before.row();
    let query = Query {
        partners: vec![row.seller.clone()],
        mpn_ids: vec![chain::mpn_number(&command.mpn_id).to_owned()],
        ..Query::default()
    };
    let registry = service.registry.facts(call, amendment.day(), query).await?;
    let seller = amendment.seller_among(&registry)?;
    let (reseller_mpn_id, reseller) = chain::named_reseller(&registry, &command.mpn_id, &seller);
    let edges = match &reseller {
        Some(reseller) => {
            let between = EdgesQuery {
                provider: row.seller.clone(),
                reseller: reseller.name.clone(),
                customer: row.customer.clone(),
                customer_tenant: row.customer_tenant.clone(),
            };
            service.relationships.edges(call, between).await?
        }
        None => Edges::default(),
    };
    let policy = AssociateReseller {
        day: amendment.day(),
        subject: amendment.before.name(),
        revisions: amendment.revisions(registry.revisions().into_iter().chain(edges.revisions())),
        caller: call.caller.clone(),
        seller,
        reseller,
        reseller_mpn_id,
        partnership_active: edges.partnership_is_active(),
    };
    // From now on the subscription names this reseller: the end of none of its relationships must pass it by.
    Ok(Facts { policy, edges: edges.rested_on() })
}
