//! What tests send and read about customers: profiles, the name of the agreement, operations.

use csp_proto::customer::v1::{CustomerCreationMetadata, CustomerCreationResult, CustomerCreationState};
use csp_proto::google::longrunning::Operation;
use csp_proto::google::longrunning::operation::Result as Outcome;
use csp_proto::google::rpc::Status;
use csp_proto::r#type::v1::organization_ref::Ref;
use csp_proto::r#type::v1::{Attestation, Cloud, Contact, CustomerProfile, OrganizationRef, Tenant};
use prost::Message;

use crate::partners::address;

/// The profile of a customer with its own tenant and domain.
pub fn profile(id: &str, country: &str) -> CustomerProfile {
    CustomerProfile {
        tenant: Some(Tenant {
            tenant_id: format!("{id}.tenant"),
            domains: vec![format!("{id}.example")],
            country: country.to_owned(),
            cloud: Cloud::Unspecified.into(),
        }),
        company_name: format!("{id} Inc"),
        billing_address: Some(address(country)),
        billing_contact: Some(Contact {
            first_name: "Bo".to_owned(),
            last_name: "Bill".to_owned(),
            email: format!("bill@{id}.example"),
            phone: String::new(),
        }),
        organization: company(""),
        ..CustomerProfile::default()
    }
}

/// The first domain of a profile.
pub fn domain_of(profile: &CustomerProfile) -> &str {
    &profile.tenant.as_ref().unwrap().domains[0]
}

/// The declaration of a customer's company by name, or of none for an empty name.
pub fn company(organization: &str) -> Option<OrganizationRef> {
    let named = Ref::Organization(organization.to_owned());
    let declared = if organization.is_empty() { Ref::None(()) } else { named };
    Some(OrganizationRef { r#ref: Some(declared) })
}

/// Profiles that differ in one fact.
pub trait Described: Sized {
    /// On this tenant.
    fn on_tenant(self, tenant: &str) -> Self;
    /// With this domain.
    fn at_domain(self, domain: &str) -> Self;
    /// In this cloud.
    fn in_cloud(self, cloud: Cloud) -> Self;
    /// Of this company; of none for an empty name.
    fn of_company(self, organization: &str) -> Self;
    /// Without a word about its company.
    fn undeclared(self) -> Self;
    /// With this registration id, which is attested not to be a personal id.
    fn registered(self, id: &str) -> Self;
}

impl Described for CustomerProfile {
    fn on_tenant(mut self, tenant: &str) -> Self {
        self.tenant.as_mut().unwrap().tenant_id = tenant.to_owned();
        self
    }

    fn at_domain(mut self, domain: &str) -> Self {
        self.tenant.as_mut().unwrap().domains = vec![domain.to_owned()];
        self
    }

    fn in_cloud(mut self, cloud: Cloud) -> Self {
        self.tenant.as_mut().unwrap().set_cloud(cloud);
        self
    }

    fn of_company(self, organization: &str) -> Self {
        CustomerProfile { organization: company(organization), ..self }
    }

    fn undeclared(self) -> Self {
        CustomerProfile { organization: None, ..self }
    }

    fn registered(self, id: &str) -> Self {
        let attestation = Attestation { attested: true, text_version: String::new() };
        let (registration_id, registration_id_attestation) = (id.to_owned(), Some(attestation));
        CustomerProfile { registration_id, registration_id_attestation, ..self }
    }
}

/// The same JSON with sorted keys. The journal and a read may have the entries of a map in another order: an
/// operation that failed has a map in its error.
pub fn sorted(json: &str) -> String {
    serde_json::from_str::<serde_json::Value>(json).unwrap().to_string()
}

/// The name of a customer's agreement.
pub fn agreement_of(customer: &str) -> String {
    format!("{customer}/agreement")
}

/// How far an operation is.
pub fn metadata_of(operation: &Operation) -> CustomerCreationMetadata {
    CustomerCreationMetadata::decode(operation.metadata.as_ref().unwrap().value.as_slice()).unwrap()
}

/// The state of an operation.
pub fn state_of(operation: &Operation) -> CustomerCreationState {
    metadata_of(operation).state()
}

/// What an operation made; panics unless it is done.
pub fn made_by(operation: &Operation) -> CustomerCreationResult {
    match &operation.result {
        Some(Outcome::Response(made)) => CustomerCreationResult::decode(made.value.as_slice()).unwrap(),
        other => panic!("the operation made nothing: {other:?}"),
    }
}

/// Why an operation did not succeed; panics unless it has ended so.
pub fn error_of(operation: &Operation) -> Status {
    match &operation.result {
        Some(Outcome::Error(error)) => error.clone(),
        other => panic!("the operation has no error: {other:?}"),
    }
}
