//! The rows of the partner registry: companies, affiliations, accounts, MPN IDs, signatures and users.

use csp_proto::partner_registry::v1::{
    AssociateMpnIdRequest, Capability, CreateOrganizationRequest, CreateUserRequest, MpnKind, PartnerProfile,
    RecordPartnerAgreementRequest, RecordPartnerRequest, RegisterMpnIdRequest, RoleSet,
    SetAffiliationRequest, Standing,
};
use csp_proto::policy::v1 as policy;
use csp_proto::r#type::v1::{Attestation, Contact, PartnerKind, Tenant};

use csp_service::wire::id_of;

use super::row::{Action, Row, named};
use crate::import::cells::Cells;

pub(super) fn organization(cells: &mut Cells<'_>) -> Row {
    let id = cells.id("organization_id");
    let request = CreateOrganizationRequest {
        organization_id: id.clone(),
        external_id: id.clone(),
        legal_name: cells.text("legal_name"),
        country: cells.country("country"),
        ..Default::default()
    };
    Row {
        line: 0,
        lane: id.clone(),
        needs: Vec::new(),
        brings: format!("organizations/{id}"),
        id,
        action: Action::Organization(request),
    }
}

pub(super) fn affiliation(cells: &mut Cells<'_>) -> Row {
    let organization = cells.name("organization", "organizations");
    let request = SetAffiliationRequest {
        name: organization.clone(),
        group: Some(cells.name("group", "affiliationGroups")),
        since_date: cells.day("since"),
        ..Default::default()
    };
    let since = &request.since_date;
    Row {
        line: 0,
        id: format!("{}/{since}", id_of(&organization)),
        lane: organization.clone(),
        needs: named([organization]),
        brings: String::new(),
        action: Action::Affiliation(request),
    }
}

pub(super) fn partner(cells: &mut Cells<'_>) -> Row {
    let id = cells.id("partner_id");
    let organization = cells.name("organization", "organizations");
    let request = RecordPartnerRequest {
        partner_id: id.clone(),
        external_id: id.clone(),
        profile: Some(profile(cells, &organization)),
        standing: cells.word("standing", |word| number(Standing::from_str_name(&format!("STANDING_{word}")))),
        evidence: cells.evidence(),
        ..Default::default()
    };
    Row {
        line: 0,
        lane: organization.clone(),
        needs: named([organization]),
        brings: format!("partners/{id}"),
        id,
        action: Action::Partner(Box::new(request)),
    }
}

fn profile(cells: &mut Cells<'_>, organization: &str) -> PartnerProfile {
    let country = cells.country("country");
    let attested = cells.flag("registration_id_is_not_personal");
    PartnerProfile {
        kind: cells.word("kind", |word| number(PartnerKind::from_str_name(&format!("PARTNER_KIND_{word}")))),
        organization: organization.to_owned(),
        legal_name: cells.text("legal_name"),
        address: Some(cells.address(&country)),
        primary_contact: contact(cells),
        support_contact: cells.contact(None, "support_email", Some("support_phone")),
        tenant: Some(Tenant {
            tenant_id: cells.text("tenant"),
            domains: cells.list("domains"),
            country: cells.country("tenant_country"),
            cloud: cells.cloud(),
        }),
        capabilities: cells
            .words("capabilities", |word| number(Capability::from_str_name(&format!("CAPABILITY_{word}")))),
        registration_id: cells.text("registration_id"),
        registration_id_attestation: attested.then(|| Attestation { attested, ..Attestation::default() }),
    }
}

fn contact(cells: &mut Cells<'_>) -> Option<Contact> {
    cells.contact(Some(("contact_first_name", "contact_last_name")), "contact_email", Some("contact_phone"))
}

pub(super) fn mpn_id(cells: &mut Cells<'_>) -> Row {
    let digits = cells.text("number");
    let organization = cells.name("organization", "organizations");
    let partner = cells.name("partner", "partners");
    let name = format!("mpnIds/{digits}");
    let register = RegisterMpnIdRequest {
        mpn_id: digits.clone(),
        organization: organization.clone(),
        kind: cells.word("kind", |word| number(MpnKind::from_str_name(&format!("MPN_KIND_{word}")))),
        country: cells.country("country"),
        active: cells.choice("active"),
        ..Default::default()
    };
    let associate = (!partner.is_empty()).then(|| AssociateMpnIdRequest {
        name: partner.clone(),
        mpn_id: digits.clone(),
        ..Default::default()
    });
    let id = if partner.is_empty() { digits.clone() } else { format!("{digits}/{}", id_of(&partner)) };
    Row {
        line: 0,
        id,
        lane: digits,
        needs: named([organization, partner]),
        brings: name,
        action: Action::MpnId { register, associate },
    }
}

pub(super) fn partner_agreement(cells: &mut Cells<'_>) -> Row {
    let partner = cells.name("partner", "partners");
    let request = RecordPartnerAgreementRequest {
        name: format!("{partner}/agreement"),
        text_version: cells.text("text_version"),
        signer_name: cells.text("signer_name"),
        evidence: cells.evidence(),
        ..Default::default()
    };
    Row {
        line: 0,
        id: id_of(&partner).to_owned(),
        lane: partner.clone(),
        needs: named([partner]),
        brings: String::new(),
        action: Action::PartnerAgreement(request),
    }
}

pub(super) fn user(cells: &mut Cells<'_>) -> Row {
    let id = cells.id("user_id");
    let partner = cells.name("partner", "partners");
    let request = CreateUserRequest {
        parent: partner.clone(),
        user_id: id.clone(),
        external_id: id.clone(),
        subject: cells.text("subject"),
        display_name: cells.text("display_name"),
        email: cells.text("email"),
        roles: Some(RoleSet { roles: cells.words("roles", user_role) }),
        ..Default::default()
    };
    Row {
        line: 0,
        id: format!("{}/{id}", id_of(&partner)),
        lane: partner.clone(),
        brings: format!("{partner}/users/{id}"),
        needs: named([partner]),
        action: Action::User(request),
    }
}

/// A role of a partner's user; the contract's enum also has roles of other callers.
fn user_role(word: &str) -> Option<i32> {
    match word {
        "GLOBAL_ADMIN" | "USER_ADMIN" | "ADMIN_AGENT" | "SALES_AGENT" => {
            number(policy::Role::from_str_name(&format!("ROLE_{word}")))
        }
        _ => None,
    }
}

fn number<E: Into<i32>>(value: Option<E>) -> Option<i32> {
    value.map(Into::into)
}
