//! The actions of a writer. An action makes one kind of write, in one service or across several.

use csp_proto::customer::v1 as customer;
use csp_proto::partner_registry::v1 as registry;
use csp_proto::relationship::v1 as relationship;
use csp_proto::subscription::v1 as subscription;
use csp_proto::r#type::v1::PartnerKind;
use csp_service::wire::id_of;
use csp_tests::{
    Seller, agreement_of, attestation, attested, draft, evidence, lines, made_by, metadata_of, on_tenant,
    partner_profile, profile, submission,
};

use crate::crash::cast::OFFERS;
use crate::crash::writer::{Buyer, Desk, Held, Writer, within};

/// Maximum number of seats of a subscription.
const SEATS_MAX: i32 = 250;

impl Writer {
    /// Does a random action. `None` when a call was refused, when the caller hung up, or when no resource
    /// fits the action.
    pub(crate) async fn do_any(&mut self) -> Option<()> {
        match self.rng.usize(0..20) {
            0..3 => self.organization().await.map(drop),
            3 => self.partnership().await,
            4..7 => self.customer().await,
            7..10 => self.customer_with_order().await,
            10..14 => self.order().await,
            14..19 => self.change().await,
            _ => self.removal().await,
        }
    }

    async fn organization(&mut self) -> Option<String> {
        let request = registry::CreateOrganizationRequest {
            request_id: self.request_id("CreateOrganization"),
            organization_id: self.word(),
            legal_name: "Any Ltd".to_owned(),
            country: "DE".to_owned(),
            ..Default::default()
        };
        let operator = self.cast.operator();
        let call = |request| {
            let mut client = operator.registry();
            async move { client.create_organization(request).await }
        };
        let created = self.definitely("CreateOrganization", &request, call).await?.organization?;
        self.history.wrote(&created.name, created.revision, &created);
        Some(created.name)
    }

    /// A new company becomes a reseller and accepts a partnership with the provider.
    async fn partnership(&mut self) -> Option<()> {
        let reseller = self.reseller_account().await?;
        let request = relationship::RequestPartnershipRequest {
            request_id: self.request_id("RequestPartnership"),
            external_id: self.word(),
            reseller: reseller.name,
            reseller_email: "owner@reseller.example".to_owned(),
            ..Default::default()
        };
        let provider = self.cast.contoso.people.clone();
        let call = |request| {
            let mut client = provider.relationship();
            async move { client.request_partnership(request).await }
        };
        let requested = self.definitely("RequestPartnership", &request, call).await?;
        let pending = requested.partnership?;
        // The journal has no party's own key for the partnership.
        let told = relationship::Partnership { external_id: String::new(), ..pending.clone() };
        self.history.wrote(&pending.name, pending.revision, &told);

        let request = relationship::AcceptPartnershipRequest {
            request_id: self.request_id("AcceptPartnership"),
            link_token: requested.draft?.link_token,
            authorization: Some(attested()),
            ..Default::default()
        };
        let tenant = reseller.profile.and_then(|profile| profile.tenant)?.tenant_id;
        let admin = self.cast.partner(&tenant);
        let call = |request| {
            let mut client = admin.relationship();
            async move { client.accept_partnership(request).await }
        };
        let active = self.definitely("AcceptPartnership", &request, call).await?.partnership?;
        self.history.wrote(&active.name, active.revision, &active);
        Some(())
    }

    async fn reseller_account(&mut self) -> Option<registry::Partner> {
        let organization = self.organization().await?;
        let operator = self.cast.operator();
        let request = registry::RegisterMpnIdRequest {
            request_id: self.request_id("RegisterMpnId"),
            mpn_id: self.unique_number().to_string(),
            organization: organization.clone(),
            kind: registry::MpnKind::Location.into(),
            country: "DE".to_owned(),
            ..Default::default()
        };
        let call = |request| {
            let mut client = operator.registry();
            async move { client.register_mpn_id(request).await }
        };
        let mpn_id = self.definitely("RegisterMpnId", &request, call).await?.mpn_id?;
        self.history.wrote(&mpn_id.name, mpn_id.revision, &mpn_id);

        let id = self.word();
        let request = registry::RecordPartnerRequest {
            request_id: self.request_id("RecordPartner"),
            partner_id: id.clone(),
            profile: Some(on_tenant(
                &format!("{id}.example"),
                partner_profile(&id, "DE", PartnerKind::IndirectReseller, &organization),
            )),
            evidence: Some(evidence("2019-06-30")),
            ..Default::default()
        };
        let call = |request| {
            let mut client = operator.registry();
            async move { client.record_partner(request).await }
        };
        let partner = self.definitely("RecordPartner", &request, call).await?.partner?;
        self.history.wrote(&partner.name, partner.revision, &partner);

        let (name, mpn_id) = (partner.name, id_of(&mpn_id.name).to_owned());
        let request_id = self.request_id("AssociateMpnId");
        let request = registry::AssociateMpnIdRequest { request_id, name, mpn_id, ..Default::default() };
        let call = |request| {
            let mut client = operator.registry();
            async move { client.associate_mpn_id(request).await }
        };
        let partner = self.definitely("AssociateMpnId", &request, call).await?.partner?;
        self.history.wrote(&partner.name, partner.revision, &partner);
        Some(partner)
    }

    /// Creates a customer, which is an operation across three services, and confirms its agreement.
    async fn customer(&mut self) -> Option<()> {
        let desk = self.any_desk();
        let request = customer::CreateCustomerRequest {
            request_id: self.request_id("CreateCustomer"),
            customer_id: self.word(),
            external_id: self.word(),
            profile: Some(profile(&self.word(), "FR")),
            reseller: self.reseller(desk).map(|reseller| reseller.name.clone()).unwrap_or_default(),
            ..Default::default()
        };
        let seller = self.seller(desk).people.clone();
        let call = |request| {
            let mut client = seller.customers();
            async move { client.create_customer(request).await }
        };
        if self.hangs_up() {
            drop(call(within(request, self.hang_up_wait())).await);
            self.history.was_abandoned();
            return None;
        }
        let answer = self.definitely("CreateCustomer", &request, call).await?;
        let created = answer.customer?;
        // The journal has no party's own key for the customer.
        let told = customer::Customer { external_id: String::new(), ..created.clone() };
        self.history.wrote(&created.name, created.revision, &told);
        for edge in &answer.relationships {
            self.history.wrote(&edge.name, edge.revision, edge);
        }

        let request = customer::ConfirmCustomerAgreementRequest {
            request_id: self.request_id("ConfirmCustomerAgreement"),
            name: agreement_of(&created.name),
            attestation: Some(attestation()),
            ..Default::default()
        };
        let call = |request| {
            let mut client = seller.customers();
            async move { client.confirm_customer_agreement(request).await }
        };
        let agreement = self.definitely("ConfirmCustomerAgreement", &request, call).await?.agreement?;
        self.history.wrote(&agreement.name, agreement.revision, &agreement);
        let of_seller = |edge: &&relationship::ResellerRelationship| edge.partner == self.seller(desk).name;
        let relationship = answer.relationships.iter().find(of_seller).map(|edge| edge.name.clone());
        self.buyers.push(Buyer { name: created.name, desk, relationship });
        Some(())
    }

    /// Creates a customer with its first order: an operation across all four services.
    async fn customer_with_order(&mut self) -> Option<()> {
        let desk = self.any_desk();
        let wanted = self.any_lines();
        let lines = wanted.len();
        let request = customer::AddCustomerWithOrderRequest {
            request_id: self.request_id("AddCustomerWithOrder"),
            customer_id: self.word(),
            external_id: self.word(),
            profile: Some(profile(&self.word(), "FR")),
            reseller: self.reseller(desk).map(|reseller| reseller.name.clone()).unwrap_or_default(),
            agreement: Some(attestation()),
            order: Some(self.order_at(desk, wanted)),
            ..Default::default()
        };
        let seller = self.seller(desk).people.clone();
        let call = |request| {
            let mut client = seller.customers();
            async move { client.add_customer_with_order(request).await }
        };
        if self.hangs_up() {
            drop(call(within(request, self.hang_up_wait())).await);
            self.history.was_abandoned();
            return None;
        }
        let is_terminal = |answer: &customer::AddCustomerWithOrderResponse| {
            answer.operation.as_ref().is_none_or(|operation| operation.done)
        };
        let answer = self.until("AddCustomerWithOrder", &request, call, is_terminal).await?;
        let operation = answer.operation?;
        let metadata = metadata_of(&operation);
        self.history.wrote(&operation.name, metadata.revision, &operation);
        if metadata.state() != customer::CustomerCreationState::Done {
            self.history.was_refused(format!("AddCustomerWithOrder {}: {operation:?}", self.word()));
            return None;
        }
        self.history.sold(&made_by(&operation).order.unwrap_or_default().name, lines);
        self.buyers.push(Buyer { name: metadata.customer, desk, relationship: None });
        Some(())
    }

    async fn order(&mut self) -> Option<()> {
        let at = self.any_index(self.buyers.len())?;
        let buyer = self.buyers[at].clone();
        let wanted = self.any_lines();
        let order = self.order_at(buyer.desk, wanted);
        let request = subscription::SubmitOrderRequest {
            request_id: self.request_id("SubmitOrder"),
            order_id: self.word(),
            ..submission(&buyer.name, order)
        };
        let seller = self.seller(buyer.desk).people.clone();
        let call = |request| {
            let mut client = seller.subscription();
            async move { client.submit_order(request).await }
        };
        let answer = self.definitely("SubmitOrder", &request, call).await?;
        let placed = answer.order?;
        self.history.wrote(&placed.name, placed.revision, &placed);
        self.history.sold(&placed.name, placed.lines.len());
        self.buyers[at].relationship = None;
        for bought in answer.subscriptions {
            self.history.wrote(&bought.name, bought.revision, &bought);
            let (name, quantity) = (bought.name, bought.quantity);
            self.held.push(Held { name, desk: buyer.desk, quantity, suspended: false });
        }
        Some(())
    }

    /// Adds a seat to a subscription, suspends it or reactivates it.
    async fn change(&mut self) -> Option<()> {
        let at = self.any_index(self.held.len())?;
        let held = self.held[at].clone();
        let seller = self.seller(held.desk).people.clone();
        let (request_id, name) = (self.word(), held.name.clone());
        let shown = if held.suspended {
            let request =
                subscription::ReactivateSubscriptionRequest { request_id, name, ..Default::default() };
            let call = |request| {
                let mut client = seller.subscription();
                async move { client.reactivate_subscription(request).await }
            };
            self.definitely("ReactivateSubscription", &request, call).await?.subscription?
        } else if held.quantity < SEATS_MAX && self.rng.bool() {
            let quantity = held.quantity + 1;
            let request = subscription::ChangeQuantityRequest {
                request_id,
                name,
                quantity: Some(quantity),
                ..Default::default()
            };
            let call = |request| {
                let mut client = seller.subscription();
                async move { client.change_quantity(request).await }
            };
            self.definitely("ChangeQuantity", &request, call).await?.subscription?
        } else {
            let request = subscription::SuspendSubscriptionRequest { request_id, name, ..Default::default() };
            let call = |request| {
                let mut client = seller.subscription();
                async move { client.suspend_subscription(request).await }
            };
            self.definitely("SuspendSubscription", &request, call).await?.subscription?
        };
        self.history.wrote(&shown.name, shown.revision, &shown);
        self.held[at].quantity = shown.quantity;
        self.held[at].suspended = shown.state() == subscription::SubscriptionState::Suspended;
        Some(())
    }

    /// Removes the seller's relationship with a customer that has no order.
    async fn removal(&mut self) -> Option<()> {
        let at = self.buyers.iter().position(|buyer| buyer.relationship.is_some())?;
        let buyer = self.buyers.swap_remove(at);
        let request = relationship::RemoveResellerRelationshipRequest {
            request_id: self.request_id("RemoveResellerRelationship"),
            name: buyer.relationship?,
            good_faith: Some(attested()),
            reason: "test".to_owned(),
            ..Default::default()
        };
        let seller = self.seller(buyer.desk).people.clone();
        let call = |request| {
            let mut client = seller.relationship();
            async move { client.remove_reseller_relationship(request).await }
        };
        let ended = self.definitely("RemoveResellerRelationship", &request, call).await?.relationship?;
        self.history.wrote(&ended.name, ended.revision, &ended);
        Some(())
    }

    fn any_desk(&mut self) -> Desk {
        if self.rng.bool() { Desk::Direct } else { Desk::Indirect }
    }

    fn any_index(&mut self, length: usize) -> Option<usize> {
        (length > 0).then(|| self.rng.usize(0..length))
    }

    fn any_lines(&mut self) -> Vec<subscription::OrderLine> {
        let wanted: Vec<_> = OFFERS[..self.rng.usize(1..=OFFERS.len())]
            .iter()
            .map(|offer| (format!("offers/{offer}"), self.rng.i32(1..=5)))
            .collect();
        let wanted: Vec<_> = wanted.iter().map(|(offer, quantity)| (offer.as_str(), *quantity)).collect();
        lines(&wanted)
    }

    fn order_at(&self, desk: Desk, lines: Vec<subscription::OrderLine>) -> subscription::OrderDraft {
        draft(lines, self.reseller(desk).map(Seller::by_number))
    }
}
