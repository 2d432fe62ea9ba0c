//! The scene of the property: a sale, and one preview of each act whose decision is read. A violation that
//! stays refuses each preview, because only a refused preview is stored: the seller is restricted, or the
//! request lacks what its boundary asks for.

use std::collections::BTreeMap;

use csp_proto::customer::v1::CreateCustomerRequest;
use csp_proto::partner_registry::v1::Standing;
use csp_proto::relationship::v1 as relationship;
use csp_proto::subscription::v1 as subscription;
use csp_proto::r#type::v1::PartnerKind;
use csp_service::order::Reseller;
use csp_service::wire;
use csp_tests::{
    Described, OfferTerms, READING, Refusal, Running, Seller, draft, draft_of_cart, lines, profile,
    submission,
};
use tonic::Status;

/// An act at a boundary. ReviewCart stores no decision: SubmitCart, which gathers the same facts, stands for
/// it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Act {
    SubmitOrder,
    SubmitCart,
    CreateCart,
    ChangeQuantity,
    UpgradeSubscription,
    AssociateReseller,
    CreateCustomer,
    InviteCustomer,
    AcceptInvitation,
    RequestPartnership,
    AcceptPartnership,
    SetSupportContact,
    ReactivateSubscription,
    RemoveResellerRelationship,
}

/// Every act.
pub(super) const ACTS: [Act; 14] = [
    Act::SubmitOrder,
    Act::SubmitCart,
    Act::CreateCart,
    Act::ChangeQuantity,
    Act::UpgradeSubscription,
    Act::AssociateReseller,
    Act::CreateCustomer,
    Act::InviteCustomer,
    Act::AcceptInvitation,
    Act::RequestPartnership,
    Act::AcceptPartnership,
    Act::SetSupportContact,
    Act::ReactivateSubscription,
    Act::RemoveResellerRelationship,
];

/// The revision of each resource that a decision names.
pub(super) type Read = BTreeMap<String, i64>;

/// Contoso sells to tailspin through fabrikam. The names that the acts and the changes need.
pub(super) struct Scene {
    pub(super) suite: Running,
    pub(super) contoso: Seller,
    pub(super) fabrikam: Seller,
    /// Tailspin hired it twice, with roles that read only.
    pub(super) proseware: Seller,
    /// It has signed no agreement.
    pub(super) litware: Seller,
    /// The reseller on whose CSP tenant a customer is created.
    pub(super) woodgrove: Seller,
    /// A customer of contoso that enrolled as reseller later.
    pub(super) adatum: Seller,
    pub(super) tailspin: String,
    /// An MPN ID of fabrikam's company that is associated with no account at first.
    pub(super) free_number: String,
    pub(super) partnership: String,
    pub(super) tenant_partnership: String,
    /// A subscription of the offer that add-ons need.
    pub(super) base: String,
    /// A subscription of the offer to which the base can be upgraded.
    pub(super) premium: String,
    pub(super) add_ons: [String; 2],
    /// The one subscription of the customer lucerne.
    pub(super) remaining: String,
    pub(super) cart: String,
    pub(super) grant: String,
    pub(super) invitation: relationship::InvitationDraft,
    pub(super) request: relationship::InvitationDraft,
    pub(super) invitation_name: String,
    pub(super) request_name: String,
}

/// The terms of the add-on: limited for each customer, beside the base or the premium offer.
pub(super) fn add_on(countries: Vec<&'static str>) -> OfferTerms {
    OfferTerms {
        countries,
        customer_seats_max: 200,
        prerequisites: vec!["base", "premium"],
        ..OfferTerms::default()
    }
}

/// The terms of the offer that is upgraded.
pub(super) fn base(countries: Vec<&'static str>) -> OfferTerms {
    OfferTerms { countries, upgrade_targets: vec!["premium"], ..OfferTerms::default() }
}

/// The terms of the target of the upgrade, limited for each customer.
pub(super) fn premium(countries: Vec<&'static str>) -> OfferTerms {
    OfferTerms { countries, customer_seats_max: 200, ..OfferTerms::default() }
}

impl Scene {
    pub(super) async fn open() -> Scene {
        let suite = Running::start().await;
        let (contoso, fabrikam) =
            (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "DE").await);
        let partnership = suite.partnership(&contoso, &fabrikam).await;
        let woodgrove = suite.reseller("woodgrove", "DE").await;
        let tenant_partnership = suite.partnership(&contoso, &woodgrove).await;
        let litware = suite.unsigned_seller("litware", "DE", PartnerKind::IndirectReseller, "litware").await;
        let proseware = suite.direct_bill("proseware", "DE").await;
        let free_number = suite.free_mpn_id(&fabrikam.organization, "DE", "second").await;
        let company = suite.organization("tailspin", "DE").await;
        let described = profile("tailspin", "DE").of_company(&company).registered("HRB 1");
        let created = contoso.create_customer(described, Some(&fabrikam)).await.unwrap().into_inner();
        let tailspin = created.customer.unwrap().name;
        contoso.confirm_agreement(&tailspin).await.unwrap();
        let lucerne = suite.customer_of("lucerne", "DE", &contoso, Some(&fabrikam)).await;
        suite.customer_of("adatum", "DE", &contoso, None).await;
        let everywhere = || OfferTerms::default().countries;
        suite.offer_on("base", base(everywhere())).await;
        suite.offer_on("premium", premium(everywhere())).await;
        suite.offer_on("add-on", add_on(everywhere())).await;
        let sold = async |customer: &str, offer: &str| {
            let sold = contoso.order(customer, Some(&fabrikam), offer, 3).await.unwrap().into_inner();
            sold.subscriptions[0].name.clone()
        };
        let (base, premium) = (sold(&tailspin, "offers/base").await, sold(&tailspin, "offers/premium").await);
        let add_ons = [sold(&tailspin, "offers/add-on").await, sold(&tailspin, "offers/add-on").await];
        let remaining = sold(&lucerne, "offers/base").await;

        let customer = suite.customer("tailspin.tenant");
        let grant = proseware.hired_by(&customer, READING).await.name;
        proseware.hired_by(&customer, READING).await;
        let invited = contoso.invite("", Some(&fabrikam), None).await.unwrap().into_inner();
        let cart = subscription::CreateCartRequest {
            parent: tailspin.clone(),
            reseller_of_record: Some(Reseller::MpnId(wire::id_of(&free_number).to_owned()).into()),
            lines: lines(&[("offers/add-on", 4)]),
            ..Default::default()
        };
        let cart =
            contoso.people.subscription().create_cart(cart).await.unwrap().into_inner().cart.unwrap().name;

        // Companies enrol after the sales: from then on the rules about a partner's own use would refuse
        // them.
        let adatum = suite.reseller_on_tenant("adatum", "DE", "adatum.tenant").await;
        let requested = contoso.request_partnership(&adatum).await.unwrap().into_inner();
        suite.reseller_on_tenant("tailspin", "DE", "tailspin.cloud").await;
        suite.company_known_by("northwind", &["tailspin.example", "adatum.example"], "").await;
        suite.company_known_by("relecloud", &[], "HRB 1").await;
        suite.set_standing(&contoso.name, Standing::Restricted).await;
        Scene {
            invitation: invited.draft.unwrap(),
            invitation_name: invited.invitation.unwrap().name,
            request: requested.draft.unwrap(),
            request_name: requested.partnership.unwrap().name,
            suite,
            contoso,
            fabrikam,
            proseware,
            litware,
            woodgrove,
            adatum,
            tailspin,
            free_number,
            partnership,
            tenant_partnership,
            base,
            premium,
            add_ons,
            remaining,
            cart,
            grant,
        }
    }

    /// What the decision of each act names, as an operator reads it.
    pub(super) async fn read(&self) -> BTreeMap<Act, Read> {
        let mut decisions = Vec::new();
        for act in ACTS {
            let refused = self.preview(act).await;
            let decision = Refusal::from(refused.clone()).decision;
            assert!(!decision.is_empty(), "the preview of {act:?} must be refused by a rule: {refused:?}");
            decisions.push((act, decision));
        }
        for book in self.suite.suite().books() {
            book.store.drain_refusals().await;
        }
        let mut read = BTreeMap::new();
        for (act, decision) in decisions {
            let revisions = self.suite.operator().decision(&decision).await.unwrap().revisions;
            read.insert(act, revisions.into_iter().map(|fact| (fact.resource, fact.revision)).collect());
        }
        read
    }

    async fn preview(&self, act: Act) -> Status {
        match act {
            Act::SubmitOrder | Act::SubmitCart | Act::CreateCart => self.purchase(act).await,
            Act::ChangeQuantity | Act::UpgradeSubscription | Act::AssociateReseller => self.more(act).await,
            Act::CreateCustomer | Act::InviteCustomer | Act::AcceptInvitation => self.customer(act).await,
            Act::RequestPartnership | Act::AcceptPartnership => self.partner(act).await,
            Act::SetSupportContact | Act::ReactivateSubscription => self.managed(act).await,
            Act::RemoveResellerRelationship => self.removed().await,
        }
    }

    fn by_number(&self) -> Reseller {
        Reseller::MpnId(wire::id_of(&self.free_number).to_owned())
    }

    async fn purchase(&self, act: Act) -> Status {
        if act == Act::CreateCart {
            let request = subscription::CreateCartRequest {
                parent: self.tailspin.clone(),
                seller: self.contoso.name.clone(),
                lines: lines(&[("offers/add-on", 1000)]),
                validate_only: true,
                ..Default::default()
            };
            return self.fabrikam.people.subscription().create_cart(request).await.unwrap_err();
        }
        let order = match act {
            Act::SubmitCart => draft_of_cart(&self.cart, Some(self.by_number())),
            _ => draft(lines(&[("offers/add-on", 4)]), Some(self.by_number())),
        };
        let request = submission(&self.tailspin, order);
        let request = subscription::SubmitOrderRequest { validate_only: true, ..request };
        self.contoso.people.subscription().submit_order(request).await.unwrap_err()
    }

    async fn more(&self, act: Act) -> Status {
        let mut subscriptions = self.contoso.people.subscription();
        match act {
            Act::ChangeQuantity => {
                let name = self.add_ons[0].clone();
                let request = subscription::ChangeQuantityRequest {
                    name,
                    quantity: Some(4),
                    validate_only: true,
                    ..Default::default()
                };
                subscriptions.change_quantity(request).await.unwrap_err()
            }
            Act::UpgradeSubscription => {
                let request = subscription::UpgradeSubscriptionRequest {
                    name: self.base.clone(),
                    offer: "offers/premium".to_owned(),
                    validate_only: true,
                    ..Default::default()
                };
                subscriptions.upgrade_subscription(request).await.unwrap_err()
            }
            _ => {
                let request = subscription::AssociateResellerRequest {
                    name: self.base.clone(),
                    reseller_of_record: Some(self.by_number().into()),
                    validate_only: true,
                    ..Default::default()
                };
                subscriptions.associate_reseller(request).await.unwrap_err()
            }
        }
    }

    async fn customer(&self, act: Act) -> Status {
        match act {
            Act::CreateCustomer => {
                let profile = profile("newcomer", "DE").on_tenant("woodgrove.example");
                let profile = profile.at_domain("adatum.example").of_company("organizations/tailspin");
                let request = CreateCustomerRequest {
                    customer_id: "newcomer".to_owned(),
                    profile: Some(profile.registered("HRB 1")),
                    reseller: self.fabrikam.name.clone(),
                    validate_only: true,
                    ..Default::default()
                };
                self.contoso.people.customers().create_customer(request).await.unwrap_err()
            }
            Act::InviteCustomer => {
                let request = relationship::InviteCustomerRequest {
                    customer_email: "it@customer.example".to_owned(),
                    customer: self.tailspin.clone(),
                    joint_partner: self.fabrikam.name.clone(),
                    validate_only: true,
                    ..Default::default()
                };
                self.contoso.people.relationship().invite_customer(request).await.unwrap_err()
            }
            _ => {
                let request = relationship::AcceptInvitationRequest {
                    link_token: self.invitation.link_token.clone(),
                    validate_only: true,
                    ..Default::default()
                };
                let customer = self.suite.customer("tailspin.tenant");
                customer.relationship().accept_invitation(request).await.unwrap_err()
            }
        }
    }

    async fn partner(&self, act: Act) -> Status {
        if act == Act::RequestPartnership {
            let request = relationship::RequestPartnershipRequest {
                reseller: self.litware.name.clone(),
                reseller_email: "owner@reseller.example".to_owned(),
                validate_only: true,
                ..Default::default()
            };
            return self.contoso.people.relationship().request_partnership(request).await.unwrap_err();
        }
        let request = relationship::AcceptPartnershipRequest {
            link_token: self.request.link_token.clone(),
            validate_only: true,
            ..Default::default()
        };
        self.adatum.people.relationship().accept_partnership(request).await.unwrap_err()
    }

    /// An act of the hired partner, whose roles manage nothing.
    async fn managed(&self, act: Act) -> Status {
        let (name, validate_only) = (self.base.clone(), true);
        let mut subscriptions = self.proseware.people.subscription();
        if act == Act::ReactivateSubscription {
            let request =
                subscription::ReactivateSubscriptionRequest { name, validate_only, ..Default::default() };
            return subscriptions.reactivate_subscription(request).await.unwrap_err();
        }
        let support_contact = Some(self.fabrikam.name.clone());
        let request = subscription::SetSupportContactRequest {
            name,
            support_contact,
            validate_only,
            ..Default::default()
        };
        subscriptions.set_support_contact(request).await.unwrap_err()
    }

    /// The end of the relationship with lucerne, without the good-faith statement.
    async fn removed(&self) -> Status {
        let request = relationship::RemoveResellerRelationshipRequest {
            name: self.contoso.relationship("customers/lucerne").await,
            reason: "test".to_owned(),
            validate_only: true,
            ..Default::default()
        };
        self.contoso.people.relationship().remove_reseller_relationship(request).await.unwrap_err()
    }
}
