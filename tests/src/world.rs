//! The functions that set up a scene, each through the public API.

use csp_proto::customer::v1 as customer;
use csp_proto::partner_registry::v1 as registry;
use csp_proto::policy::v1::Decision;
use csp_proto::relationship::v1 as relationship;
use csp_proto::subscription::v1 as subscription;
use csp_proto::r#type::v1::{Attestation, Contact, CustomerProfile, Evidence, PartnerKind};
use csp_service::order::Reseller;
use csp_service::wire;
use csp_suite::service::Service;
use prost_types::FieldMask;
use tonic::Response;

use crate::customers::{agreement_of, domain_of, profile};
use crate::{Answer, Party, Running, draft, on_tenant, partner_profile, submission};

/// A partner that may do new business.
#[derive(Debug, Clone)]
pub struct Seller {
    /// Resource name.
    pub name: String,
    /// Its location MPN ID, `mpnIds/{number}`.
    pub mpn_id: String,
    /// Resource name of the company that holds the account.
    pub organization: String,
    /// A person of the partner, with every role.
    pub people: Party,
}

/// How an offer is sold.
#[derive(Debug, Clone)]
pub struct OfferTerms {
    /// Countries in which it is sold.
    pub countries: Vec<&'static str>,
    /// Minimum and maximum number of seats.
    pub seats: (i32, i32),
    /// Maximum number of seats of one customer; 0 for no limit.
    pub customer_seats_max: i32,
    /// Ids of the offers that this offer requires.
    pub prerequisites: Vec<&'static str>,
    /// Ids of the offers to which this offer can be upgraded.
    pub upgrade_targets: Vec<&'static str>,
    /// Terms in which it is sold, billed monthly.
    pub terms: Vec<subscription::Term>,
}

/// Maximum number of questions for a refused decision.
const ASKED_MAX: usize = 1000;

impl Default for OfferTerms {
    fn default() -> Self {
        let countries = vec!["DE", "FR", "IT", "ES", "GB", "SE", "US", "RU", "CN", "GU"];
        OfferTerms {
            countries,
            seats: (1, 300),
            customer_seats_max: 0,
            prerequisites: Vec::new(),
            upgrade_targets: Vec::new(),
            terms: vec![subscription::Term::P1y],
        }
    }
}

impl Running {
    /// A provider, enrolled in 2019, that may sell.
    pub async fn provider(&self, id: &str, country: &str) -> Seller {
        self.seller(id, country, PartnerKind::IndirectProvider, id).await
    }

    /// A reseller, enrolled in 2019, that may sell.
    pub async fn reseller(&self, id: &str, country: &str) -> Seller {
        self.seller(id, country, PartnerKind::IndirectReseller, id).await
    }

    /// A direct-bill partner, enrolled in 2019, that may sell.
    pub async fn direct_bill(&self, id: &str, country: &str) -> Seller {
        self.seller(id, country, PartnerKind::DirectBill, id).await
    }

    /// A partner, enrolled in 2019, that may sell, held by the company `organization`, which is registered if
    /// new.
    pub async fn seller(&self, id: &str, country: &str, kind: PartnerKind, organization: &str) -> Seller {
        let seller = self.unsigned_seller(id, country, kind, organization).await;
        self.sign(&seller).await;
        seller
    }

    /// A partner as from [`Running::seller`], before it signs the partner agreement.
    pub async fn unsigned_seller(
        &self,
        id: &str,
        country: &str,
        kind: PartnerKind,
        organization: &str,
    ) -> Seller {
        let organization = self.organization(organization, country).await;
        let tenant = format!("{id}.example");
        let name = self.account(id, country, kind, &organization, &tenant).await;
        let mpn_id = self.mpn_id(&organization, country, &name).await;
        Seller { name, mpn_id, organization, people: self.partner(&tenant) }
    }

    /// Makes companies affiliates of each other since 2018: before the sellers of a scene enrolled.
    pub async fn affiliates(&self, organizations: &[&str]) {
        for name in organizations {
            let request = registry::SetAffiliationRequest {
                name: (*name).to_owned(),
                group: Some("affiliationGroups/family".to_owned()),
                since_date: "2018-01-01".to_owned(),
                ..Default::default()
            };
            self.operator().registry().set_affiliation(request).await.unwrap();
        }
    }

    /// Records a partner account, without MPN ID and agreement; returns its name.
    pub async fn account(
        &self,
        id: &str,
        country: &str,
        kind: PartnerKind,
        organization: &str,
        tenant: &str,
    ) -> String {
        let request = registry::RecordPartnerRequest {
            partner_id: id.to_owned(),
            profile: Some(on_tenant(tenant, partner_profile(id, country, kind, organization))),
            evidence: Some(evidence("2019-06-30")),
            ..Default::default()
        };
        self.operator().registry().record_partner(request).await.unwrap().into_inner().partner.unwrap().name
    }

    /// A location MPN ID of the company, associated with the account; returns its name.
    pub async fn mpn_id(&self, organization: &str, country: &str, partner: &str) -> String {
        let mpn_id = self.free_mpn_id(organization, country, partner).await;
        self.operator().associate_mpn_id(partner, &mpn_id).await.unwrap();
        mpn_id
    }

    /// Records that the seller signed the partner agreement in March 2020.
    pub async fn sign(&self, seller: &Seller) {
        let request = registry::RecordPartnerAgreementRequest {
            name: format!("{}/agreement", seller.name),
            text_version: "2020".to_owned(),
            signer_name: "Ada Signer".to_owned(),
            evidence: Some(evidence("2020-03-01")),
            ..Default::default()
        };
        self.operator().registry().record_partner_agreement(request).await.unwrap();
    }

    /// Requests and accepts a partnership of both; returns its name.
    pub async fn partnership(&self, provider: &Seller, reseller: &Seller) -> String {
        let draft = provider.request_partnership(reseller).await.unwrap().into_inner().draft.unwrap();
        let accepted = reseller.accept_partnership(&draft.link_token).await.unwrap().into_inner();
        accepted.partnership.unwrap().name
    }

    /// Creates a customer that accepted its agreement: by the seller, through the reseller if one is
    /// given. Returns its name.
    pub async fn customer_of(
        &self,
        id: &str,
        country: &str,
        seller: &Seller,
        reseller: Option<&Seller>,
    ) -> String {
        let created = seller.create_customer(profile(id, country), reseller).await.unwrap().into_inner();
        let name = created.customer.unwrap().name;
        seller.confirm_agreement(&name).await.unwrap();
        name
    }

    /// An offer on usual terms; returns its name.
    pub async fn offer(&self, id: &str) -> String {
        self.offer_on(id, OfferTerms::default()).await
    }

    /// An offer on these terms; returns its name.
    pub async fn offer_on(&self, id: &str, terms: OfferTerms) -> String {
        let name = format!("offers/{id}");
        let offer = subscription::Offer {
            name: name.clone(),
            display_name: format!("Offer {id}"),
            publisher: "Microsoft".to_owned(),
            party: subscription::OfferParty::First.into(),
            countries: terms.countries.iter().map(|code| (*code).to_owned()).collect(),
            unit: "license".to_owned(),
            seat_min: terms.seats.0,
            seat_max: terms.seats.1,
            customer_seats_max: Some(terms.customer_seats_max).filter(|limit| *limit > 0),
            prerequisites: terms.prerequisites.iter().map(|id| format!("offers/{id}")).collect(),
            plans: terms.terms.iter().copied().map(billed_monthly).collect(),
            upgrade_targets: terms.upgrade_targets.iter().map(|id| format!("offers/{id}")).collect(),
            list_price: Some(wire::money("EUR", 20_000_000)),
            ..Default::default()
        };
        let request = subscription::ImportOffersRequest { offers: vec![offer], ..Default::default() };
        self.operator().subscription().import_offers(request).await.unwrap();
        name
    }
}

fn billed_monthly(term: subscription::Term) -> subscription::Plan {
    let billing_cycle = subscription::BillingCycle::Monthly.into();
    subscription::Plan { term: term.into(), billing_cycle }
}

impl Seller {
    /// Requests a partnership with the reseller.
    pub async fn request_partnership(
        &self,
        reseller: &Seller,
    ) -> Answer<relationship::RequestPartnershipResponse> {
        let request = relationship::RequestPartnershipRequest {
            reseller: reseller.name.clone(),
            reseller_email: "owner@reseller.example".to_owned(),
            ..Default::default()
        };
        self.people.relationship().request_partnership(request).await
    }

    /// Accepts a partnership, with the required confirmation.
    pub async fn accept_partnership(
        &self,
        link_token: &str,
    ) -> Answer<relationship::AcceptPartnershipResponse> {
        let request = relationship::AcceptPartnershipRequest {
            link_token: link_token.to_owned(),
            authorization: Some(attested()),
            ..Default::default()
        };
        self.people.relationship().accept_partnership(request).await
    }

    /// Removes a partnership, with the required confirmation and good-faith statement.
    pub async fn remove_partnership(&self, name: &str) -> Answer<relationship::RemovePartnershipResponse> {
        let request = relationship::RemovePartnershipRequest {
            name: name.to_owned(),
            confirmation: Some(attested()),
            good_faith: Some(attested()),
            reason: "test".to_owned(),
            ..Default::default()
        };
        self.people.relationship().remove_partnership(request).await
    }

    /// Creates a customer, through the reseller if one is given.
    pub async fn create_customer(
        &self,
        profile: CustomerProfile,
        reseller: Option<&Seller>,
    ) -> Answer<customer::CreateCustomerResponse> {
        let request = customer::CreateCustomerRequest {
            customer_id: domain_of(&profile).trim_end_matches(".example").to_owned(),
            profile: Some(profile),
            reseller: reseller.map(|reseller| reseller.name.clone()).unwrap_or_default(),
            ..Default::default()
        };
        self.people.customers().create_customer(request).await
    }

    /// Attests that the customer accepted its agreement.
    pub async fn confirm_agreement(
        &self,
        customer: &str,
    ) -> Answer<customer::ConfirmCustomerAgreementResponse> {
        self.people.accept_agreement(customer).await
    }

    /// Invites a customer by e-mail, jointly with the other partner if one is given. The draft in the
    /// response holds the link's token.
    pub async fn invite(
        &self,
        customer: &str,
        joint: Option<&Seller>,
        admin_access: Option<relationship::AdminAccess>,
    ) -> Answer<relationship::InviteCustomerResponse> {
        let request = relationship::InviteCustomerRequest {
            customer_email: "it@customer.example".to_owned(),
            customer: customer.to_owned(),
            joint_partner: joint.map(|partner| partner.name.clone()).unwrap_or_default(),
            admin_access,
            ..Default::default()
        };
        self.people.relationship().invite_customer(request).await
    }

    /// Orders seats of an offer, through the reseller if one is given, and attests the matching capacity.
    pub async fn order(
        &self,
        customer: &str,
        reseller: Option<&Seller>,
        offer: &str,
        quantity: i32,
    ) -> Answer<subscription::SubmitOrderResponse> {
        let order = draft(lines(&[(offer, quantity)]), reseller.map(Seller::by_number));
        self.people.subscription().submit_order(submission(customer, order)).await
    }

    /// This partner as reseller of record, named by its MPN ID.
    pub fn by_number(&self) -> Reseller {
        Reseller::MpnId(wire::id_of(&self.mpn_id).to_owned())
    }

    /// This partner as reseller of record, named by its account.
    pub fn by_account(&self) -> Reseller {
        Reseller::Account(self.name.clone())
    }

    /// The name of this partner's active relationship with the customer.
    pub async fn relationship(&self, customer: &str) -> String {
        let request = relationship::ListResellerRelationshipsRequest {
            parent: customer.to_owned(),
            filter: Some(relationship::ResellerRelationshipFilter {
                partner: self.name.clone(),
                ..Default::default()
            }),
            ..Default::default()
        };
        let listed = self.people.relationship().list_reseller_relationships(request).await.unwrap();
        listed.into_inner().relationships.remove(0).name
    }
}

impl Party {
    /// Replaces the lines of a cart.
    pub async fn change_cart(
        &self,
        cart: &str,
        new: &[(&str, i32)],
    ) -> Answer<subscription::UpdateCartResponse> {
        let request = subscription::UpdateCartRequest {
            cart: Some(subscription::Cart { name: cart.to_owned(), lines: lines(new), ..Default::default() }),
            update_mask: Some(FieldMask { paths: vec!["lines".to_owned()] }),
            ..Default::default()
        };
        self.subscription().update_cart(request).await
    }

    /// Confirms the agreement of the customer: the customer itself accepts it for every partner, a partner
    /// attests it for itself.
    pub async fn accept_agreement(
        &self,
        customer: &str,
    ) -> Answer<customer::ConfirmCustomerAgreementResponse> {
        let request = customer::ConfirmCustomerAgreementRequest {
            name: agreement_of(customer),
            attestation: Some(attestation()),
            ..Default::default()
        };
        self.customers().confirm_customer_agreement(request).await
    }

    /// Removes a reseller relationship. A partner must give the good-faith statement.
    pub async fn remove_relationship(
        &self,
        name: &str,
        good_faith: Option<Attestation>,
    ) -> Answer<relationship::RemoveResellerRelationshipResponse> {
        let request = relationship::RemoveResellerRelationshipRequest {
            name: name.to_owned(),
            good_faith,
            reason: "test".to_owned(),
            ..Default::default()
        };
        self.relationship().remove_reseller_relationship(request).await
    }

    /// Reads a stored decision. A refused one is stored a moment after the refusal: asks until it is there,
    /// at most [`ASKED_MAX`] times.
    pub async fn stored_decision(&self, name: &str) -> Decision {
        let mut answer = self.decision(name).await;
        for _ in 1..ASKED_MAX {
            if answer.is_ok() {
                break;
            }
            answer = self.decision(name).await;
        }
        answer.unwrap()
    }

    /// Reads a stored decision from the service that its id names.
    pub async fn decision(&self, name: &str) -> Result<Decision, tonic::Status> {
        let request = csp_proto::policy::v1::GetDecisionRequest { name: name.to_owned() };
        let decided_by = Service::ALL
            .into_iter()
            .find(|service| csp_service::wire::id_of(name).starts_with(service.name()));
        self.policy_of(decided_by.unwrap_or(Service::PartnerRegistry))
            .get_decision(request)
            .await
            .map(Response::into_inner)
            .map(|answer| answer.decision.unwrap())
    }
}

/// Order lines, from pairs of offer and quantity.
pub fn lines(wanted: &[(&str, i32)]) -> Vec<subscription::OrderLine> {
    let line = |(offer, quantity): &(&str, i32)| subscription::OrderLine {
        offer: (*offer).to_owned(),
        quantity: *quantity,
        ..Default::default()
    };
    wanted.iter().map(line).collect()
}

/// A statement, attested in the present version of its text.
pub fn attested() -> Attestation {
    Attestation { attested: true, text_version: String::new() }
}

/// A seller's statement that a customer accepted its agreement on the day before a test begins.
pub fn attestation() -> customer::AgreementAttestation {
    customer::AgreementAttestation {
        signer: Some(Contact {
            first_name: "Cy".to_owned(),
            last_name: "Customer".to_owned(),
            email: "cy@customer.example".to_owned(),
            phone: String::new(),
        }),
        accept_date: "2026-11-20".to_owned(),
    }
}

/// The evidence for a recorded fact: its date and its source.
pub fn evidence(date: &str) -> Evidence {
    Evidence { establish_date: date.to_owned(), source: "partner centre export".to_owned() }
}
