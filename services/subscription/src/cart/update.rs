//! `UpdateCart`: the creator or the seller of a cart changes its lines or its reseller of record (rule
//! SUB-02).

use csp_policy::boundaries::UpdateCart;
use csp_policy::{Act, Partner, Permit};
use csp_proto::subscription::v1 as pb;
use csp_service::order::{self, CARTS, OrderLine, Reseller};
use csp_service::peers::RegistryFacts;
use csp_service::{Call, CustomersResource, Fault, Fields, Result, Run, etag, wire};
use jiff::Timestamp;

use super::preparation::{self, Prepared, Wanted};
use super::{Cart, Update, read, table};
use crate::{SubscriptionService, peers};

/// Paths that an update mask may name. Either of the last two names the reseller of record as a whole.
const PATHS: [&str; 3] = ["lines", "reseller_mpn_id", "reseller"];
/// The request's field with the lines.
const LINES: &str = "cart.lines";

/// The parsed request.
struct Command {
    name: CustomersResource,
    etag: String,
    /// The new lines; `None` to keep them.
    lines: Option<Vec<OrderLine>>,
    /// The new reseller of record, or none; `None` to keep it.
    reseller: Option<Option<Reseller>>,
}

impl TryFrom<&pb::UpdateCartRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::UpdateCartRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let paths = request.update_mask.as_ref().map(|mask| mask.paths.as_slice()).unwrap_or_default();
        let unknown = paths.iter().find(|path| !PATHS.contains(&path.as_str()));
        if paths.is_empty() || unknown.is_some() {
            let was = unknown.map_or("", String::as_str);
            fields.refuse("update_mask", format!("must name some of `{}`, was `{was}`", PATHS.join("`, `")));
        }
        let is_named = |named: &[&str]| paths.iter().any(|path| named.contains(&path.as_str()));
        let none = pb::Cart::default();
        let new = fields.required("cart", request.cart.as_ref()).unwrap_or(&none);
        let name = fields.customers_resource("cart.name", &new.name, CARTS);
        let lines = is_named(&["lines"]).then(|| order::lines(&mut fields, LINES, &new.lines));
        let reseller = is_named(&["reseller_mpn_id", "reseller"])
            .then(|| Reseller::read(&mut fields, "cart.", new.reseller_of_record.clone()));
        let etag = request.etag.clone();
        fields.finish(|| {
            Some(Command { name: name?, etag, lines: kept_or(lines)?, reseller: kept_or(reseller)? })
        })
    }
}

/// A field that is kept, or its new value; `None` for a malformed value.
fn kept_or<T>(new: Option<Option<T>>) -> Option<Option<T>> {
    match new {
        None => Some(None),
        Some(read) => read.map(Some),
    }
}

pub(crate) async fn update(
    service: &SubscriptionService,
    call: &Call,
    request: pb::UpdateCartRequest,
) -> Result<pb::UpdateCartResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let before = read::visible(service, call, &command.name).await?;
        before.must_not_be_cancelled()?;
        etag::check(&before.name(), &command.etag, before.row().revision)?;
        let (permit, update) = decide(service, call, &run, &command, &before, now).await?;
        let mut cart = before.clone();
        cart.update(update, call, now);

        let mut write = run.write();
        let accepted = write.accept(permit, &cart.name())?;
        let response = pb::UpdateCartResponse {
            cart: Some(cart.render(&call.caller, now)),
            decision: Some(accepted.decision()),
        };
        if cart == before {
            return write.leave_unchanged(response).await;
        }
        let lines = command.lines.as_ref().map(|_| cart.line_rows());
        table::save_updated(&mut write, cart.row(), lines, &accepted).await?;
        write.tell(cart.effect(&before, now)?);
        write.conclude(response).await
    })
    .await
}

async fn decide(
    service: &SubscriptionService,
    call: &Call,
    run: &Run<'_, pb::UpdateCartRequest>,
    command: &Command,
    before: &Cart,
    now: Timestamp,
) -> Result<(Permit<UpdateCart>, Update)> {
    let row = before.row();
    let kept = before.lines(&call.caller);
    let wanted = Wanted {
        customer: &row.customer,
        creator_tenant: &row.creator_tenant,
        seller: Some(&row.seller),
        is_new: false,
        lines: command.lines.as_ref().unwrap_or(&kept),
        path_of: match command.lines {
            Some(_) => |at| format!("{LINES}[{at}]"),
            // The request names no line: the cart's own lines are meant.
            None => |_| "cart.name".to_owned(),
        },
    };
    let preparation = preparation::begin(service, call, &wanted, now).await?;
    let seller = peers::partner(&preparation.registry, &row.seller)?.clone();
    let reseller = reseller(before, &preparation.registry);
    let Prepared { content, lines, mut revisions } =
        preparation.complete(service, call, &wanted, seller, reseller).await?;
    revisions.push(before.revision());
    let act = Act { at: now, day: wire::day_of(now), subject: before.name(), revisions };
    let permit = run.decide(UpdateCart { act, cart: before.facts(), content })?;
    let lines = command.lines.as_ref().map(|_| lines);
    Ok((permit, Update { lines, reseller: command.reseller.clone() }))
}

/// The reseller that prepared the cart for its seller.
fn reseller(cart: &Cart, registry: &RegistryFacts) -> Option<Partner> {
    let creator = registry.partner_of_tenant(&cart.row().creator_tenant);
    creator.filter(|creator| creator.name != cart.row().seller).cloned()
}
