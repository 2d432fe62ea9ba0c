//! `AssociateReseller`: a provider changes the reseller of record of a subscription (rules SUB-04 and
//! SUB-05).

use csp_policy::boundaries::AssociateReseller;
use csp_proto::subscription::v1 as pb;
use csp_service::order::Reseller;
use csp_service::peers::{Edges, EdgesQuery, NamedReseller, buyer};
use csp_service::{Call, CustomersResource, Fault, Fields, Result};

use super::COLLECTION;
use super::amendment::Amendment;
use crate::{SubscriptionService, edge_guard, peers};

/// The parsed request.
struct Command {
    name: CustomersResource,
    etag: String,
    reseller: Reseller,
}

/// The facts of the decision, and the names of the active reseller relationships that the association depends
/// on.
struct Facts {
    policy: AssociateReseller,
    edges: Vec<String>,
}

impl TryFrom<&pb::AssociateResellerRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::AssociateResellerRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.customers_resource("name", &request.name, COLLECTION);
        let reseller = Reseller::read(&mut fields, "", request.reseller_of_record.clone());
        if reseller == Some(None) {
            fields.refuse("reseller_mpn_id", "must be set, or `reseller`");
        }
        fields.finish(|| Some(Command { name: name?, etag: request.etag.clone(), reseller: reseller?? }))
    }
}

pub(crate) async fn associate_reseller(
    service: &SubscriptionService,
    call: &Call,
    request: pb::AssociateResellerRequest,
) -> Result<pb::AssociateResellerResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let mut amendment = Amendment::of(service, call, &command.name, &command.etag).await?;
        let Facts { policy, edges } = gather(service, call, &command, &amendment).await?;
        let permit = run.decide(policy)?;
        let AssociateReseller { reseller, reseller_mpn_id, .. } = permit.facts();
        let named = reseller.as_ref().zip(reseller_mpn_id.as_ref());
        let (reseller, mpn_id) = named
            .ok_or_else(|| Fault::internal("rule SUB-04 allowed an MPN ID that belongs to no reseller"))?;
        amendment.after.associate(reseller, &mpn_id.id, amendment.now);

        let mut write = run.write();
        edge_guard::use_edges(&mut write, &edges, &amendment.before.row().customer);
        let accepted = write.accept(permit, &amendment.before.name())?;
        amendment.save(service, &mut write, &accepted).await?;
        write.tell_all(amendment.effects()?);
        let subscription = Some(amendment.rendered());
        let decision = Some(accepted.decision());
        write.conclude(pb::AssociateResellerResponse { subscription, decision }).await
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
    let customer = service.customers.by_name(call, &row.customer).await?;
    let customer = customer.ok_or_else(|| Fault::not_found("customer", &row.customer))?;
    let mut query = peers::query_for(&customer);
    query.partners.push(row.seller.clone());
    query.of_reseller(&command.reseller);
    let registry = service.registry.facts(call, amendment.day(), query).await?;
    let seller = amendment.seller_among(&registry)?;
    let NamedReseller { account, mpn_id, partner: reseller } =
        registry.named_reseller(&command.reseller, &seller);
    let edges = match &reseller {
        Some(reseller) => {
            let between = EdgesQuery {
                provider: row.seller.clone(),
                reseller: reseller.name.clone(),
                customer: row.customer.clone(),
                customer_tenant: row.customer_tenant.clone(),
                as_of: None,
            };
            service.relationships.edges(call, between).await?
        }
        None => Edges::default(),
    };
    let read = registry.revisions().into_iter().chain(customer.revisions()).chain(edges.revisions());
    let policy = AssociateReseller {
        act: amendment.act(read),
        caller: call.caller.clone(),
        seller,
        reseller,
        reseller_account: account,
        reseller_mpn_id: mpn_id,
        partnership_active: edges.partnership_is_active(),
        reseller_serves: edges.reseller_serves(),
        buyer: buyer(&customer, &registry)?,
    };
    // The subscription will name this reseller and count under the reseller's relationships, so the write
    // uses their guard rows.
    Ok(Facts { policy, edges: edges.rested_on() })
}
