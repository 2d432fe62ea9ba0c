//! Where orders are played: the two chains of the programme, ready to sell ten seats.

use csp_proto::customer::v1::{AgreementAttestation, ConfirmCustomerAgreementRequest};
use csp_proto::subscription::v1::{
    Capacity, CreateCartRequest, CreateCartResponse, OrderDraft, SubmitOrderRequest, SubmitOrderResponse,
    Subscription,
};
use csp_proto::r#type::v1::PartnerKind;
use csp_tests::{Answer, OfferTerms, Running, Seller, attestation, lines, profile};
use jiff::{SignedDuration, Timestamp};

/// Length of every window: 7 days.
pub(crate) const WINDOW: SignedDuration = SignedDuration::from_hours(168);
/// The shortest while that counts.
pub(crate) const MOMENT: SignedDuration = SignedDuration::from_micros(1);
/// Before the first day on which a scene plays.
const AGREED_ON: &str = "2020-01-30";

/// A direct-bill partner that serves a customer, and an offer.
pub(crate) struct Direct {
    pub(crate) suite: Running,
    pub(crate) litware: Seller,
    pub(crate) tailspin: String,
    pub(crate) offer: String,
}

/// A provider that serves a customer through its reseller, and an offer.
pub(crate) struct Indirect {
    pub(crate) suite: Running,
    pub(crate) contoso: Seller,
    pub(crate) fabrikam: Seller,
    pub(crate) partnership: String,
    pub(crate) tailspin: String,
    pub(crate) offer: String,
}

impl Direct {
    /// Seller in Germany, customer in France.
    pub(crate) async fn open() -> Direct {
        let scene = Direct::unsigned(Running::start().await, "DE", "FR").await;
        scene.suite.sign(&scene.litware).await;
        scene
    }

    /// The same anywhere, at any time, while the seller has not signed its agreement; the offer is sold in
    /// both countries.
    pub(crate) async fn unsigned(suite: Running, seller: &'static str, customer: &'static str) -> Direct {
        let litware = suite.unsigned_seller("litware", seller, PartnerKind::DirectBill, "litware").await;
        let created =
            litware.create_customer(profile("tailspin", customer), None).await.unwrap().into_inner();
        let tailspin = created.customer.unwrap().name;
        let request = ConfirmCustomerAgreementRequest {
            customer: tailspin.clone(),
            attestation: Some(AgreementAttestation { accept_date: AGREED_ON.to_owned(), ..attestation() }),
            ..Default::default()
        };
        litware.people.customers().confirm_customer_agreement(request).await.unwrap();
        let terms = OfferTerms { countries: vec![seller, customer], ..OfferTerms::default() };
        let offer = suite.offer_on("e3", terms).await;
        Direct { suite, litware, tailspin, offer }
    }

    pub(crate) async fn order(&self) -> Answer<SubmitOrderResponse> {
        self.litware.order(&self.tailspin, None, &self.offer, 10).await
    }

    pub(crate) async fn buy(&self, offer: &str, seats: i32) -> Subscription {
        bought(self.litware.order(&self.tailspin, None, offer, seats).await)
    }

    pub(crate) async fn prepare(&self, offer: &str, seats: i32) -> Answer<CreateCartResponse> {
        let request = CreateCartRequest {
            customer: self.tailspin.clone(),
            lines: lines(&[(offer, seats)]),
            ..Default::default()
        };
        self.litware.people.subscription().create_cart(request).await
    }

    /// A cart that the seller prepared for itself.
    pub(crate) async fn cart(&self) -> String {
        self.prepare(&self.offer, 10).await.unwrap().into_inner().cart.unwrap().name
    }

    pub(crate) async fn submit(&self, cart: &str) -> Answer<SubmitOrderResponse> {
        let order = OrderDraft { attested_capacity: Capacity::Direct.into(), ..OrderDraft::default() };
        let request = SubmitOrderRequest { cart: cart.to_owned(), order: Some(order), ..Default::default() };
        self.litware.people.subscription().submit_order(request).await
    }
}

impl Indirect {
    /// Provider in Germany, reseller in France, customer in Italy.
    pub(crate) async fn open() -> Indirect {
        let suite = Running::start().await;
        let (contoso, fabrikam) =
            (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
        let partnership = suite.partnership(&contoso, &fabrikam).await;
        let tailspin = suite.customer_of("tailspin", "IT", &contoso, Some(&fabrikam)).await;
        let offer = suite.offer("e3").await;
        Indirect { suite, contoso, fabrikam, partnership, tailspin, offer }
    }

    pub(crate) async fn order(&self, reseller: Option<&Seller>) -> Answer<SubmitOrderResponse> {
        self.contoso.order(&self.tailspin, reseller, &self.offer, 10).await
    }

    /// Ten seats, the reseller of record.
    pub(crate) async fn buy(&self) -> Subscription {
        bought(self.order(Some(&self.fabrikam)).await)
    }
}

/// The same reseller, named by another MPN ID.
pub(crate) fn named_by(mpn_id: &str, reseller: &Seller) -> Seller {
    Seller { mpn_id: mpn_id.to_owned(), ..reseller.clone() }
}

/// Moves the clock.
pub(crate) fn to(suite: &Running, instant: &str) {
    suite.clock.set(instant.parse::<Timestamp>().unwrap()).unwrap();
}

fn bought(answer: Answer<SubmitOrderResponse>) -> Subscription {
    answer.unwrap().into_inner().subscriptions.remove(0)
}
