//! The rows of `customers.csv` and `customer_agreements.csv`.

use csp_proto::customer::v1::{RecordCustomerAgreementRequest, RecordCustomerRequest};
use csp_proto::relationship::v1::AdminAccess;
use csp_proto::r#type::v1::{Attestation, CustomerProfile, Tenant};
use csp_service::company::declaration;

use super::row::{Action, Row, named};
use crate::import::cells::Cells;

pub(super) fn customer(cells: &mut Cells<'_>) -> Row {
    let id = cells.id("customer_id");
    let seller = cells.name("seller", "partners");
    let reseller = cells.name("reseller", "partners");
    let domain = cells.text("domain");
    let organization = cells.name_or_none("organization", "organizations");
    let profile = profile(cells, &domain, organization.clone());
    let request = RecordCustomerRequest {
        customer_id: id.clone(),
        external_id: id.clone(),
        seller: seller.clone(),
        reseller: reseller.clone(),
        admin_access: admin_access(cells),
        evidence: cells.evidence(),
        profile: Some(profile),
        ..Default::default()
    };
    Row {
        line: 0,
        lane: domain,
        needs: named([seller, reseller, organization.unwrap_or_default()]),
        brings: format!("customers/{id}"),
        id,
        action: Action::Customer(Box::new(request)),
    }
}

fn profile(cells: &mut Cells<'_>, domain: &str, organization: Option<String>) -> CustomerProfile {
    let country = cells.country("country");
    let address = cells.address(&country);
    let is_not_personal = cells.flag("registration_id_is_not_personal");
    CustomerProfile {
        tenant: Some(Tenant {
            tenant_id: cells.text("tenant"),
            domains: vec![domain.to_owned()],
            country,
            cloud: cells.cloud(),
        }),
        company_name: cells.text("company_name"),
        billing_address: (!address.lines.is_empty()).then_some(address),
        billing_contact: cells.contact(None, "billing_email", None),
        registration_id: cells.text("registration_id"),
        registration_id_attestation: is_not_personal
            .then(|| Attestation { attested: true, text_version: String::new() }),
        organization: Some(declaration(organization)),
    }
}

fn admin_access(cells: &mut Cells<'_>) -> Option<AdminAccess> {
    let access = AdminAccess { roles: cells.list("admin_roles"), duration_days: cells.count("admin_days") };
    if access.roles.is_empty() != (access.duration_days == 0) {
        let days = access.duration_days.to_string();
        cells.must_be("admin_days", "given when `admin_roles` is, and only then", &days);
    }
    (!access.roles.is_empty()).then_some(access)
}

pub(super) fn customer_agreement(cells: &mut Cells<'_>) -> Row {
    let customer = cells.name("customer", "customers");
    let names = Some(("signer_first_name", "signer_last_name"));
    let request = RecordCustomerAgreementRequest {
        name: format!("{customer}/agreement"),
        signer: cells.contact(names, "signer_email", Some("signer_phone")),
        evidence: cells.evidence(),
        ..Default::default()
    };
    Row {
        line: 0,
        id: customer.trim_start_matches("customers/").to_owned(),
        lane: customer.clone(),
        needs: named([customer]),
        brings: String::new(),
        action: Action::CustomerAgreement(request),
    }
}
