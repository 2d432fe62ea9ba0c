//! Name, billing and key of a customer change: `UpdateCustomer`.

use csp_proto::customer::v1 as pb;
use csp_proto::r#type::v1::{Contact, PostalAddress};
use csp_service::{Attempt, Call, Effect, Fault, Fields, Result, etag};

use crate::CustomerService;
use crate::creation::judge::chosen_keys_must_be_free;
use crate::customer::profile;
use crate::customer::visibility::{self, Viewer};
use crate::customer::{COLLECTION, Customer};
use crate::parts;

/// Paths that an update may name.
const PATHS: [&str; 4] = ["company_name", "billing_address", "billing_contact", "external_id"];
/// Who may change a customer, for the error that tells it.
const CHANGERS: &str = "ACTIVE_SELLER DESIGNATED_RESELLER CUSTOMER_GLOBAL_ADMIN OPERATOR";

/// What is to change, well formed; `None` stays as it is.
struct Command {
    name: String,
    company_name: Option<String>,
    billing_address: Option<Option<PostalAddress>>,
    billing_contact: Option<Option<Contact>>,
    external_id: Option<Option<String>>,
}

impl Command {
    fn read(request: &pb::UpdateCustomerRequest) -> Result<Command> {
        let mut fields = Fields::new();
        let paths = request.update_mask.as_ref().map(|mask| mask.paths.as_slice()).unwrap_or_default();
        if paths.is_empty() {
            fields.refuse("update_mask", format!("must name at least one of `{}`", PATHS.join("`, `")));
        }
        if let Some(unknown) = paths.iter().find(|path| !PATHS.contains(&path.as_str())) {
            fields.refuse(
                "update_mask",
                format!("must name some of `{}`, was `{unknown}`", PATHS.join("`, `")),
            );
        }
        let is_named = |path: &str| paths.iter().any(|named| named == path);
        let none = pb::Customer::default();
        let new = fields.required("customer", request.customer.as_ref()).unwrap_or(&none);
        let name = fields.resource_name("customer.name", &new.name, COLLECTION);
        let company_name = is_named("company_name")
            .then(|| profile::company_name(&mut fields, "customer.company_name", &new.company_name));
        let address = new.billing_address.as_ref();
        let billing_address =
            is_named("billing_address").then(|| profile::billing_address(&mut fields, "customer", address));
        let contact = new.billing_contact.as_ref();
        let billing_contact =
            is_named("billing_contact").then(|| profile::billing_contact(&mut fields, "customer", contact));
        let external_id = is_named("external_id").then(|| parts::external_id(&mut fields, &new.external_id));
        fields.finish(|| {
            Some(Command {
                name: name?,
                company_name: company_name.flatten(),
                billing_address: billing_address.flatten(),
                billing_contact: billing_contact.flatten(),
                external_id: external_id.flatten(),
            })
        })
    }

    fn apply(&self, customer: &mut Customer) {
        if let Some(company_name) = &self.company_name {
            customer.rename(company_name.clone());
        }
        if let Some(address) = &self.billing_address {
            customer.set_billing_address(address.as_ref());
        }
        if let Some(contact) = &self.billing_contact {
            customer.set_billing_contact(contact.as_ref());
        }
        if let Some(external_id) = &self.external_id {
            customer.set_external_id(external_id.clone());
        }
    }
}

pub(crate) async fn update_customer(
    service: &CustomerService,
    call: &Call,
    request: pb::UpdateCustomerRequest,
) -> Result<pb::UpdateCustomerResponse> {
    let command = Command::read(&request)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &command, &request.etag, &attempt)).await
}

async fn run(
    service: &CustomerService,
    call: &Call,
    command: &Command,
    etag: &str,
    attempt: &Attempt,
) -> Result<pb::UpdateCustomerResponse> {
    if let Some(answer) = service.book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let seen = visibility::see(service, call, &command.name).await?;
    if !seen.viewer.serves() && matches!(seen.viewer, Viewer::Partner(_)) {
        return Err(Fault::RoleMissing { rpc: call.rpc, roles: CHANGERS.to_owned() });
    }
    let before = seen.customer;
    etag::check(&command.name, etag, before.row().revision)?;
    let mut after = before.clone();
    command.apply(&mut after);
    if after.row().external_id != before.row().external_id {
        let key = after.row().external_id.as_deref();
        chosen_keys_must_be_free(service, None, &after.row().owner, key).await?;
    }
    after.touch(service.book.now());
    let customer = save(service, call, attempt, &before, &after, |customer| pb::UpdateCustomerResponse {
        customer: Some(customer),
    });
    customer.await
}

/// Saves a changed customer, unless the attempt only validates, and answers with it.
pub(crate) async fn save<R: prost::Message>(
    service: &CustomerService,
    call: &Call,
    attempt: &Attempt,
    before: &Customer,
    after: &Customer,
    answer: impl FnOnce(pb::Customer) -> R,
) -> Result<R> {
    let today = service.book.clock.today();
    let (was, is) = (before.render(today), after.render(today));
    let effect = Effect::changed(&after.name(), after.row().revision, &was, &is)?;
    let response = answer(is);
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = service.book.store.write();
    crate::customer::table::update(&mut tx, after.row());
    if before.setup_info_was_shown() && !after.setup_info_was_shown() {
        crate::setup_info::table::void(&mut tx, &after.row().id);
    }
    service.book.conclude(tx, call, attempt, None, vec![effect], &response).await?;
    Ok(response)
}
