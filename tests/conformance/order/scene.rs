//! Starting points for orders: the two chains that the programme allows, ready to sell ten seats.

use csp_proto::customer::v1::{AgreementAttestation, ConfirmCustomerAgreementRequest};
use csp_proto::subscription::v1::{CreateCartRequest, CreateCartResponse, SubmitOrderResponse, Subscription};
use csp_proto::r#type::v1::PartnerKind;
use csp_tests::{
    Answer, OfferTerms, Running, Seller, agreement_of, attestation, draft_of_cart, lines, profile, submission,
};
use jiff::{SignedDuration, Timestamp};

/// Length of the windows for submitting a cart, cancelling a subscription and removing seats: 7 days.
pub(crate) const WINDOW: SignedDuration = SignedDuration::from_hours(168);
/// Resolution of stored instants.
pub(crate) const MOMENT: SignedDuration = SignedDuration::from_micros(1);
/// Day on which a customer accepts its agreement: before the clock of the earliest scene starts.
const AGREED_ON: &str = "2020-01-30";

/// A suite with a direct-bill partner, its customer and an offer.
pub(crate) struct Direct {
    pub(crate) suite: Running,
    pub(crate) litware: Seller,
    pub(crate) tailspin: String,
    pub(crate) offer: String,
}

/// A suite with a provider, its reseller, their customer and an offer.
pub(crate) struct Indirect {
    pub(crate) suite: Running,
    pub(crate) contoso: Seller,
    pub(crate) fabrikam: Seller,
    pub(crate) partnership: String,
    pub(crate) tailspin: String,
    pub(crate) offer: String,
}

impl Direct {
    /// The seller is in Germany and has signed its agreement; the customer is in France.
    pub(crate) async fn open() -> Direct {
        let scene = Direct::unsigned(Running::start().await, "DE", "FR").await;
        scene.suite.sign(&scene.litware).await;
        scene
    }

    /// The seller has not signed its agreement. The clock of `suite` and both countries are the caller's
    /// choice; the offer is sold in both countries.
    pub(crate) async fn unsigned(suite: Running, seller: &'static str, customer: &'static str) -> Direct {
        let litware = suite.unsigned_seller("litware", seller, PartnerKind::DirectBill, "litware").await;
        let created =
            litware.create_customer(profile("tailspin", customer), None).await.unwrap().into_inner();
        let tailspin = created.customer.unwrap().name;
        confirm_early(&litware, &tailspin).await;
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
            parent: self.tailspin.clone(),
            lines: lines(&[(offer, seats)]),
            ..Default::default()
        };
        self.litware.people.subscription().create_cart(request).await
    }

    /// Prepares a cart of ten seats and returns its name.
    pub(crate) async fn cart(&self) -> String {
        self.prepare(&self.offer, 10).await.unwrap().into_inner().cart.unwrap().name
    }

    pub(crate) async fn submit(&self, cart: &str) -> Answer<SubmitOrderResponse> {
        let request = submission(&self.tailspin, draft_of_cart(cart, None));
        self.litware.people.subscription().submit_order(request).await
    }
}

impl Indirect {
    /// The provider is in Germany, the reseller in France, the customer in Italy.
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

    /// Orders ten seats with the reseller as reseller of record.
    pub(crate) async fn buy(&self) -> Subscription {
        bought(self.order(Some(&self.fabrikam)).await)
    }
}

/// Attests that the customer accepted its agreement on [`AGREED_ON`].
pub(crate) async fn confirm_early(seller: &Seller, customer: &str) {
    let request = ConfirmCustomerAgreementRequest {
        name: agreement_of(customer),
        attestation: Some(AgreementAttestation { accept_date: AGREED_ON.to_owned(), ..attestation() }),
        ..Default::default()
    };
    seller.people.customers().confirm_customer_agreement(request).await.unwrap();
}

/// The reseller, to be named in an order by the MPN ID `mpn_id` instead of its own.
pub(crate) fn named_by(mpn_id: &str, reseller: &Seller) -> Seller {
    Seller { mpn_id: mpn_id.to_owned(), ..reseller.clone() }
}

/// Sets the clock of the suite.
pub(crate) fn set_clock(suite: &Running, instant: &str) {
    suite.clock.set(instant.parse::<Timestamp>().unwrap()).unwrap();
}

fn bought(answer: Answer<SubmitOrderResponse>) -> Subscription {
    answer.unwrap().into_inner().subscriptions.remove(0)
}
