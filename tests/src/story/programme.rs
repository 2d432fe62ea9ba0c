//! The story's registry: companies join the programme, and change.

use crate::{Running, Seller, evidence, mask, on_tenant, partner_profile, role_set};
use csp_proto::partner_registry::v1 as registry;
use csp_proto::policy::v1::Role;
use csp_proto::r#type::v1::{Attestation, Contact, PartnerKind};
use csp_service::wire::id_of;
use jiff::SignedDuration;

use super::Cast;

pub(super) async fn play(suite: &Running, cast: &Cast) {
    a_newcomer_is_reviewed(suite).await;
    a_rejected_newcomer_appeals(suite).await;
    people_come_and_change(cast).await;
    the_directory_is_kept(suite, &cast.contoso).await;
    an_account_changes(suite, &cast.litware).await;
    a_signature_turns_out_to_be_earlier(suite, &cast.litware).await;
    let branch = suite.organization("branch", "DE").await;
    suite.affiliates(&[&cast.litware.organization, &branch]).await;
}

async fn a_newcomer_is_reviewed(suite: &Running) {
    let newcomer = suite.newcomer("newcomer", "FR").await;
    let again =
        registry::ResendContactEmailTokenRequest { name: newcomer.name.clone(), ..Default::default() };
    // A token is sent again at most once a minute.
    suite.wait(SignedDuration::from_secs(60));
    newcomer.people.registry().resend_contact_email_token(again).await.unwrap();
    suite.authorize(&newcomer).await;
    let sign = registry::SignPartnerAgreementRequest {
        name: format!("{}/agreement", newcomer.name),
        signer_name: "Ada Signer".to_owned(),
        acceptance: Some(Attestation { attested: true, text_version: "2020".to_owned() }),
        ..Default::default()
    };
    newcomer.people.registry().sign_partner_agreement(sign).await.unwrap();
    suite.set_standing(&newcomer.name, registry::Standing::Restricted).await;
    suite.set_standing(&newcomer.name, registry::Standing::Active).await;
}

async fn a_rejected_newcomer_appeals(suite: &Running) {
    let rejected = suite.newcomer("rejected", "DE").await;
    let rejection = registry::ReviewEnrollmentRequest {
        name: rejected.name.clone(),
        step: registry::ReviewStep::EmailOwnership.into(),
        verdict: registry::ReviewVerdict::Reject.into(),
        reason: "The address is not in the register.".to_owned(),
        ..Default::default()
    };
    suite.operator().registry().review_enrollment(rejection).await.unwrap();
    let appeal = registry::AppealEnrollmentRequest {
        name: rejected.name.clone(),
        statement: "We moved.".to_owned(),
        ..Default::default()
    };
    rejected.people.registry().appeal_enrollment(appeal).await.unwrap();
}

async fn people_come_and_change(cast: &Cast) {
    let sam = registry::CreateUserRequest {
        parent: cast.fabrikam.name.clone(),
        user_id: "sam".to_owned(),
        subject: "sam@fabrikam.example".to_owned(),
        display_name: "Sam Sales".to_owned(),
        email: "sam@fabrikam.example".to_owned(),
        roles: role_set(&[Role::SalesAgent]),
        ..Default::default()
    };
    let mut people = cast.fabrikam.people.registry();
    let sam = people.create_user(sam).await.unwrap().into_inner().user.unwrap();
    let promoted = registry::SetUserRolesRequest {
        name: sam.name.clone(),
        roles: role_set(&[Role::AdminAgent]),
        ..Default::default()
    };
    people.set_user_roles(promoted).await.unwrap();
    let tom = registry::CreateUserRequest {
        parent: cast.fabrikam.name.clone(),
        user_id: "tom".to_owned(),
        external_id: "hr-2".to_owned(),
        subject: "tom@fabrikam.example".to_owned(),
        display_name: "Tom Temp".to_owned(),
        email: "tom@fabrikam.example".to_owned(),
        roles: role_set(&[]),
        ..Default::default()
    };
    let tom = people.create_user(tom).await.unwrap().into_inner().user.unwrap();
    let leaves = registry::DeleteUserRequest { name: tom.name, ..Default::default() };
    people.delete_user(leaves).await.unwrap();
}

async fn the_directory_is_kept(suite: &Running, provider: &Seller) {
    for display_name in ["Contoso Distribution", "Contoso Europe"] {
        let listing = registry::Listing {
            name: format!("{}/listing", provider.name),
            display_name: display_name.to_owned(),
            countries: vec!["FR".to_owned(), "DE".to_owned()],
            offerings: vec![registry::ProviderOffering::Financing.into()],
            ..Default::default()
        };
        let write = registry::UpdateListingRequest {
            listing: Some(listing),
            update_mask: Some(mask(&["display_name", "countries", "offerings"])),
            ..Default::default()
        };
        suite.operator().registry().update_listing(write).await.unwrap();
    }
}

async fn an_account_changes(suite: &Running, partner: &Seller) {
    let contact = Contact {
        first_name: "New".to_owned(),
        last_name: "Contact".to_owned(),
        email: "new@litware.example".to_owned(),
        phone: "+491234567".to_owned(),
    };
    let request = registry::UpdatePartnerRequest {
        partner: Some(registry::Partner {
            name: partner.name.clone(),
            profile: Some(registry::PartnerProfile { primary_contact: Some(contact), ..Default::default() }),
            ..Default::default()
        }),
        update_mask: Some(mask(&["profile.primary_contact"])),
        ..Default::default()
    };
    partner.people.registry().update_partner(request).await.unwrap();
    suite.wait(SignedDuration::from_secs(1));
    suite.organization("unrelated", "US").await;
}

/// A second account of the company is recorded, with an earlier signature than the first account's.
async fn a_signature_turns_out_to_be_earlier(suite: &Running, partner: &Seller) {
    let tenant = "litware-two.example";
    let second = suite
        .account("litware-two", "DE", PartnerKind::IndirectReseller, &partner.organization, tenant)
        .await;
    suite.mpn_id(&partner.organization, "DE", &second).await;
    let earlier = registry::RecordPartnerAgreementRequest {
        name: format!("{second}/agreement"),
        text_version: "2019".to_owned(),
        signer_name: "Ada Signer".to_owned(),
        evidence: Some(evidence("2019-12-01")),
        ..Default::default()
    };
    suite.operator().registry().record_partner_agreement(earlier).await.unwrap();
    // This account is recorded together with its location MPN ID.
    let company = suite.organization("located", "DE").await;
    let mpn_id = suite.free_mpn_id(&company, "DE", "located").await;
    let application = partner_profile("located", "DE", PartnerKind::IndirectReseller, &company);
    let request = registry::RecordPartnerRequest {
        partner_id: "located".to_owned(),
        profile: Some(on_tenant("located.example", application)),
        mpn_id: id_of(&mpn_id).to_owned(),
        evidence: Some(evidence("2019-06-30")),
        ..Default::default()
    };
    suite.operator().registry().record_partner(request).await.unwrap();
}
