//! A company that joins the programme: it applies, proves its e-mail address, and is reviewed.

use csp_proto::partner_registry::v1 as registry;
use csp_proto::r#type::v1::PartnerKind;
use csp_service::wire::id_of;
use jiff::SignedDuration;

use crate::{Answer, Party, Running, Seller, partner_profile};

/// The subject line of the mail that brings the token.
const TOKEN_MAIL: &str = "Prove your e-mail address";

impl Running {
    /// Moves the suite's clock forward.
    pub fn wait(&self, time: SignedDuration) {
        self.clock.set(self.clock.now() + time).unwrap();
    }

    /// A company that applied as reseller with a location MPN ID of its own; its review has not begun.
    pub async fn newcomer(&self, id: &str, country: &str) -> Seller {
        let organization = self.organization(id, country).await;
        let name = format!("partners/{id}");
        let mpn_id = self.free_mpn_id(&organization, country, &name).await;
        let people = self.partner(&format!("{id}.example"));
        let request = registry::EnrollPartnerRequest {
            partner_id: id.to_owned(),
            profile: Some(partner_profile(id, country, PartnerKind::IndirectReseller, &organization)),
            mpn_id: id_of(&mpn_id).to_owned(),
            ..Default::default()
        };
        people.registry().enroll_partner(request).await.unwrap();
        Seller { name, mpn_id, organization, people }
    }

    /// Registers a location MPN ID of the company, associated with no account; returns its name. The number
    /// is computed from `seed`.
    pub async fn free_mpn_id(&self, organization: &str, country: &str, seed: &str) -> String {
        let number: u32 = seed.bytes().fold(7, |sum, byte| sum * 31 % 9_999_991 + u32::from(byte));
        let request = registry::RegisterMpnIdRequest {
            mpn_id: number.to_string(),
            organization: organization.to_owned(),
            kind: registry::MpnKind::Location.into(),
            country: country.to_owned(),
            ..Default::default()
        };
        let registered = self.operator().registry().register_mpn_id(request).await.unwrap().into_inner();
        registered.mpn_id.unwrap().name
    }

    /// Takes a newcomer through the e-mail proof and every step of the review.
    pub async fn authorize(&self, newcomer: &Seller) {
        newcomer.people.verify_email(&self.mailed_token(&newcomer.name).await).await.unwrap();
        for step in
            [registry::ReviewStep::Employment, registry::ReviewStep::Business, registry::ReviewStep::Decision]
        {
            self.pass_review(newcomer, step).await.unwrap();
        }
    }

    /// Records that a newcomer passes this step of its review.
    pub async fn pass_review(
        &self,
        newcomer: &Seller,
        step: registry::ReviewStep,
    ) -> Answer<registry::ReviewEnrollmentResponse> {
        let request = registry::ReviewEnrollmentRequest {
            name: newcomer.name.clone(),
            step: step.into(),
            verdict: registry::ReviewVerdict::Pass.into(),
            ..Default::default()
        };
        self.operator().registry().review_enrollment(request).await
    }

    /// The token in the latest mail that asks the account's primary contact to prove the e-mail address.
    pub async fn mailed_token(&self, partner: &str) -> String {
        let mails = self.mails().await;
        let is_token_mail = |mail: &&csp_store::outbox::Mail| {
            mail.subject.0 == TOKEN_MAIL && mail.body.0.contains(&format!("account {partner}."))
        };
        let last =
            mails.iter().filter(is_token_mail).max_by_key(|mail| mail.created).expect("a mail with a token");
        last.body.0.lines().last().unwrap().to_owned()
    }
}

impl Party {
    /// Applies for a partner account of the caller's tenant.
    pub async fn enroll(
        &self,
        id: &str,
        application: registry::PartnerProfile,
    ) -> Answer<registry::EnrollPartnerResponse> {
        let request = registry::EnrollPartnerRequest {
            partner_id: id.to_owned(),
            profile: Some(application),
            ..Default::default()
        };
        self.registry().enroll_partner(request).await
    }

    /// Proves the e-mail address with the token of a mail.
    pub async fn verify_email(&self, token: &str) -> Answer<registry::VerifyContactEmailResponse> {
        let request = registry::VerifyContactEmailRequest { token: token.to_owned(), ..Default::default() };
        self.registry().verify_contact_email(request).await
    }

    /// Associates an MPN ID, given by name or number, with an account.
    pub async fn associate_mpn_id(
        &self,
        partner: &str,
        mpn_id: &str,
    ) -> Answer<registry::AssociateMpnIdResponse> {
        let request = registry::AssociateMpnIdRequest {
            name: partner.to_owned(),
            mpn_id: id_of(mpn_id).to_owned(),
            ..Default::default()
        };
        self.registry().associate_mpn_id(request).await
    }
}
