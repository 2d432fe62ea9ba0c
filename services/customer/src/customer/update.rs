//! Changes a customer's company name, billing address, billing contact and external id: `UpdateCustomer`.

use csp_proto::customer::v1 as pb;
use csp_service::{Call, Fault, Fields, Result, etag};

use super::keys::chosen_keys_must_be_free;
use super::visibility::{CallerRole, Seen, visible};
use super::{COLLECTION, Update, profile, table};
use crate::CustomerService;

/// Paths that an update mask may name.
const PATHS: [&str; 4] =
    ["profile.company_name", "profile.billing_address", "profile.billing_contact", "external_id"];
/// Who may change a customer, as the error of a missing role states it.
const CHANGERS: &str = "ACTIVE_SELLER DESIGNATED_RESELLER CUSTOMER_GLOBAL_ADMIN OPERATOR";

/// The request, well formed.
struct Command {
    name: String,
    etag: String,
    update: Update,
}

impl TryFrom<&pb::UpdateCustomerRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::UpdateCustomerRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let paths = request.update_mask.as_ref().map(|mask| mask.paths.as_slice()).unwrap_or_default();
        if paths.is_empty() {
            fields.refuse("update_mask", format!("must name at least one of `{}`", PATHS.join("`, `")));
        }
        if let Some(unknown) = paths.iter().find(|path| !PATHS.contains(&path.as_str())) {
            let must = format!("must name some of `{}`, was `{unknown}`", PATHS.join("`, `"));
            fields.refuse("update_mask", must);
        }
        let is_named = |path: &str| paths.iter().any(|named| named == path);
        let none = pb::Customer::default();
        let new = fields.required("customer", request.customer.as_ref()).unwrap_or(&none);
        let name = fields.resource_name("customer.name", &new.name, COLLECTION);
        let path = "customer.profile";
        let wanted = new.profile.clone().unwrap_or_default();
        let company_name = is_named("profile.company_name").then(|| {
            profile::company_name(&mut fields, "customer.profile.company_name", &wanted.company_name)
        });
        let address = wanted.billing_address.as_ref();
        let billing_address =
            is_named("profile.billing_address").then(|| profile::billing_address(&mut fields, path, address));
        let contact = wanted.billing_contact.as_ref();
        let billing_contact =
            is_named("profile.billing_contact").then(|| profile::billing_contact(&mut fields, path, contact));
        let external_id =
            is_named("external_id").then(|| fields.external_id("customer.external_id", &new.external_id));
        let update = Update {
            company_name: company_name.flatten(),
            billing_address: billing_address.flatten(),
            billing_contact: billing_contact.flatten(),
            external_id: external_id.flatten(),
        };
        fields.finish(|| Some(Command { name: name?, etag: request.etag.clone(), update }))
    }
}

pub(crate) async fn update(
    service: &CustomerService,
    call: &Call,
    request: pb::UpdateCustomerRequest,
) -> Result<pb::UpdateCustomerResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let Seen { customer: before, role } = visible(service, call, &command.name).await?;
        if !role.serves() && matches!(role, CallerRole::Partner(_)) {
            return Err(Fault::role_missing(call.method, CHANGERS));
        }
        etag::check(&command.name, &command.etag, before.row().revision)?;
        let mut after = before.clone();
        after.update(command.update.clone(), service.book.now());
        let changes_key = after.row().external_id != before.row().external_id;
        if changes_key {
            let key = after.row().external_id.as_deref();
            chosen_keys_must_be_free(service, None, &call.party_key(), key).await?;
        }

        let today = service.book.clock.today();
        let mut write = run.write();
        table::update(&mut write, after.row());
        if changes_key {
            table::set_key(&mut write, after.row(), &call.party_key());
        }
        write.tell(before.change_to(&after, today)?);
        let customer = Some(after.render(today));
        write.conclude(pb::UpdateCustomerResponse { customer }).await
    })
    .await
}
