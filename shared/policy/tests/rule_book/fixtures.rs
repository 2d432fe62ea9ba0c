//! Parties and acts that every rule allows. A case changes single facts by struct update (`..`).

use crate::cases::day;
use csp_policy::boundaries::*;
use csp_policy::*;

pub(crate) fn country(code: &str) -> Country {
    Country::try_from(code).unwrap()
}

pub(crate) fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(crate) fn today() -> Day {
    day("2023-10-02")
}

pub(crate) fn now() -> Instant {
    instant("2023-10-02T12:00:00Z")
}

/// The act on `subject`, judged for [`today`].
pub(crate) fn act(subject: &str) -> Act {
    Act { at: now(), day: today(), subject: subject.to_owned(), revisions: Vec::new() }
}

/// The act on `orders/1`, judged for another day.
pub(crate) fn on(text: &str) -> Act {
    Act { day: day(text), ..act("orders/1") }
}

fn partner(id: &str, kind: PartnerKind) -> Partner {
    Partner {
        name: format!("partners/{id}"),
        kind,
        tenant: format!("{id}-csp"),
        cloud: Cloud::Global,
        country: country("IT"),
        organization: company(id),
        enrollment: Enrollment::Authorized,
        standing: Standing::Active,
        onboarded: true,
        agreement_since: Some(day("2020-01-15")),
    }
}

pub(crate) fn company(id: &str) -> Organization {
    Organization { name: format!("organizations/{id}"), affiliation: None }
}

/// A company in the group of affiliates `retail-group`.
pub(crate) fn grouped(id: &str) -> Organization {
    Organization { affiliation: Some("affiliations/retail-group".to_owned()), ..company(id) }
}

pub(crate) fn contoso() -> Partner {
    partner("contoso", PartnerKind::IndirectProvider)
}

pub(crate) fn fabrikam() -> Partner {
    partner("fabrikam", PartnerKind::IndirectReseller)
}

pub(crate) fn northwind() -> Partner {
    partner("northwind", PartnerKind::DirectBill)
}

pub(crate) fn tailspin() -> Buyer {
    Buyer {
        name: "customers/tailspin".to_owned(),
        tenant: "tailspin-tenant".to_owned(),
        cloud: Cloud::Global,
        country: country("FR"),
        organization: Some(company("tailspin")),
        is_partner: false,
        csp_tenant_of: None,
        identifiers: Vec::new(),
    }
}

/// What a tenant says about itself when it becomes a customer.
pub(crate) fn registration() -> Registration {
    Registration { registration_id: RegistrationId::default(), organization_declared: true }
}

pub(crate) fn admin_of(partner: &Partner) -> Caller {
    Caller { party: Party::Partner { tenant: partner.tenant.clone() }, roles: vec![Role::GlobalAdmin] }
}

pub(crate) fn agent_of(partner: &Partner) -> Caller {
    Caller { roles: vec![Role::AdminAgent], ..admin_of(partner) }
}

pub(crate) fn customer_admin() -> Caller {
    Caller { party: Party::Customer { tenant: "tailspin-tenant".to_owned() }, roles: vec![Role::GlobalAdmin] }
}

pub(crate) fn mpn(id: &str, kind: MpnKind, holder: Option<&str>) -> MpnId {
    MpnId { id: id.to_owned(), kind, partner: holder.map(str::to_owned) }
}

pub(crate) fn location_of_fabrikam() -> NamedMpnId {
    NamedMpnId {
        id: "5551".to_owned(),
        known: Some(mpn("5551", MpnKind::Location, Some("partners/fabrikam"))),
    }
}

/// A cart that Fabrikam prepares for Contoso.
pub(crate) fn cart_content() -> CartContent {
    CartContent {
        seller: contoso(),
        reseller: Some(fabrikam()),
        partnership_active: true,
        seller_serves: true,
        reseller_serves: true,
        buyer: tailspin(),
        lines: vec![line()],
    }
}

pub(crate) fn create_cart() -> CreateCart {
    CreateCart { act: act("customers/tailspin/carts/1"), content: cart_content() }
}

pub(crate) fn update_cart() -> UpdateCart {
    UpdateCart { act: act("customers/tailspin/carts/1"), cart: cart(), content: cart_content() }
}

pub(crate) fn invitation() -> Invitation {
    Invitation {
        name: "invitations/1".to_owned(),
        state: InvitationState::Open,
        expire_time: instant("2023-10-30T12:00:00Z"),
    }
}

pub(crate) fn line() -> OrderLine {
    OrderLine {
        offer: "offers/mail".to_owned(),
        countries: vec![country("IT"), country("FR")],
        quantity: 10,
        seat_min: 1,
        seat_max: 300,
        customer_seat_max: Some(500),
        seats_held: 0,
        prerequisites: Vec::new(),
        has_prerequisite: false,
    }
}

pub(crate) fn cart() -> Cart {
    Cart { name: "carts/1".to_owned(), create_time: instant("2023-10-01T12:00:00Z"), submitted: false }
}

pub(crate) fn enroll_partner() -> EnrollPartner {
    EnrollPartner {
        act: act("partners/new"),
        kind: PartnerKind::IndirectReseller,
        tenant: "new-csp".to_owned(),
        tenant_enrolled_by: None,
        country: country("IT"),
        organization_is_in_csp: false,
        direct_bill: DirectBillCapabilities::default(),
        contact_email: "anna@new.example".to_owned(),
        registration_id: RegistrationId::default(),
    }
}

pub(crate) fn associate_mpn_id() -> AssociateMpnId {
    AssociateMpnId {
        act: act("partners/fabrikam"),
        partner: fabrikam(),
        tenant_country: country("IT"),
        profile: MpnProfile {
            mpn: mpn("5551", MpnKind::Location, None),
            organization: "organizations/fabrikam".to_owned(),
            active: true,
            country: country("IT"),
        },
    }
}

pub(crate) fn sign_partner_agreement() -> SignPartnerAgreement {
    SignPartnerAgreement {
        act: act("partners/fabrikam/agreements/europe"),
        recorded: false,
        caller: admin_of(&fabrikam()),
        partner: fabrikam(),
    }
}

pub(crate) fn request_partnership() -> RequestPartnership {
    RequestPartnership { act: act("partnerships/1"), provider: contoso(), reseller: fabrikam() }
}

pub(crate) fn accept_partnership() -> AcceptPartnership {
    AcceptPartnership {
        act: act("partnerships/1"),
        recorded: false,
        caller: admin_of(&fabrikam()),
        provider: contoso(),
        reseller: fabrikam(),
        invitation: Some(invitation()),
        other_edge: None,
        confirmed: true,
    }
}

pub(crate) fn remove_partnership() -> RemovePartnership {
    RemovePartnership {
        act: act("partnerships/1"),
        caller: agent_of(&contoso()),
        provider: contoso(),
        confirmed: true,
        attested: true,
    }
}

pub(crate) fn create_customer() -> CreateCustomer {
    CreateCustomer {
        act: act("customers/tailspin"),
        seller: contoso(),
        reseller: Some(fabrikam()),
        partnership_active: true,
        other_edge: None,
        buyer: tailspin(),
        domain: "tailspin.example".to_owned(),
        domain_taken: false,
        registration: registration(),
    }
}

pub(crate) fn invite_customer() -> InviteCustomer {
    InviteCustomer {
        act: act("invitations/1"),
        seller: contoso(),
        reseller: Some(fabrikam()),
        partnership_active: true,
        other_edge: None,
        buyer: Some(tailspin()),
    }
}

pub(crate) fn accept_invitation() -> AcceptInvitation {
    AcceptInvitation {
        act: act("invitations/1"),
        recorded: false,
        caller: customer_admin(),
        invitation: Some(invitation()),
        seller: contoso(),
        reseller: Some(fabrikam()),
        partnership_active: true,
        other_edge: None,
        buyer: tailspin(),
        registration: None,
    }
}

/// Fabrikam's own global admin creates a user that is no global admin.
pub(crate) fn create_user() -> CreateUser {
    CreateUser {
        act: act("partners/fabrikam/users/1"),
        caller: admin_of(&fabrikam()),
        partner: fabrikam(),
        admin_access: false,
        adminship: Adminship { before: false, after: false, others: true },
    }
}

/// Fabrikam's own global admin takes the role global admin from one of two global admins.
pub(crate) fn set_user_roles() -> SetUserRoles {
    let CreateUser { act, caller, partner, admin_access, .. } = create_user();
    let adminship = Adminship { before: true, after: false, others: true };
    SetUserRoles { act, caller, partner, admin_access, adminship }
}

/// A provider sells to a customer of its reseller.
pub(crate) fn sale() -> Sale {
    Sale {
        seller: contoso(),
        reseller: Some(fabrikam()),
        reseller_account: None,
        reseller_mpn_id: Some(location_of_fabrikam()),
        reseller_required: true,
        partnership_active: true,
        reseller_serves: true,
        buyer: tailspin(),
        relationship_active: true,
        customer_agreement_since: Some(day("2019-12-01")),
        lines: vec![line()],
    }
}

/// An act that sells, with its sale.
pub(crate) trait Selling {
    fn sale(&mut self) -> &mut Sale;
}

impl Selling for SubmitOrder {
    fn sale(&mut self) -> &mut Sale {
        &mut self.sale
    }
}

impl Selling for ChangeQuantity {
    fn sale(&mut self) -> &mut Sale {
        &mut self.sale
    }
}

impl Selling for UpgradeSubscription {
    fn sale(&mut self) -> &mut Sale {
        &mut self.sale
    }
}

/// The act with a change of its sale.
pub(crate) fn with<A: Selling>(mut act: A, change: impl FnOnce(&mut Sale)) -> A {
    change(act.sale());
    act
}

/// A provider orders for a customer of its reseller.
pub(crate) fn submit_order() -> SubmitOrder {
    SubmitOrder {
        act: act("orders/1"),
        recorded: false,
        sale: sale(),
        cart: Some(cart()),
        capacity: Some(Capacity::Indirect),
    }
}

/// A direct-bill partner orders without a reseller.
pub(crate) fn submit_direct_order() -> SubmitOrder {
    let sale = Sale { seller: northwind(), reseller: None, reseller_mpn_id: None, ..sale() };
    SubmitOrder { sale, capacity: Some(Capacity::Direct), ..submit_order() }
}

/// A provider adds ten seats to a subscription of ten seats.
pub(crate) fn change_quantity() -> ChangeQuantity {
    ChangeQuantity {
        act: act("subscriptions/1"),
        caller: agent_of(&contoso()),
        state: SubscriptionState::Active,
        held: held(10, &[("2023-09-01T12:00:00Z", 10)]),
        sale: Sale { lines: vec![OrderLine { quantity: 20, ..line() }], ..sale() },
    }
}

/// Seats that were added at these instants, newest first, in a term that ends in 2024.
pub(crate) fn held(seats: u32, additions: &[(&str, u32)]) -> HeldSeats {
    let addition = |(time, seats): &(&str, u32)| SeatAddition { time: instant(time), seats: *seats };
    HeldSeats {
        seats,
        additions: additions.iter().map(addition).collect(),
        term_end: instant("2024-09-01T12:00:00Z"),
    }
}

/// A provider removes five of ten seats, while the 7-day window is open for five seats.
pub(crate) fn take_seats_back() -> ChangeQuantity {
    let sale = Sale { lines: vec![OrderLine { quantity: 5, ..line() }], ..sale() };
    let held = held(10, &[("2023-10-01T12:00:00Z", 5), ("2023-09-01T12:00:00Z", 5)]);
    ChangeQuantity { sale, held, ..change_quantity() }
}

/// A provider upgrades all ten seats of a yearly subscription to an offer that its own offer lists.
pub(crate) fn upgrade_subscription() -> UpgradeSubscription {
    UpgradeSubscription {
        act: act("subscriptions/1"),
        caller: agent_of(&contoso()),
        state: SubscriptionState::Active,
        sale: sale(),
        upgrade: Upgrade {
            offer: "offers/web".to_owned(),
            target: "offers/mail".to_owned(),
            is_listed: true,
            term_months: (12, 12),
            cycle_months: 1,
            currencies: ("EUR".to_owned(), "EUR".to_owned()),
            seats: 10,
            source: None,
        },
        add_ons_left: Vec::new(),
    }
}

pub(crate) fn associate_reseller() -> AssociateReseller {
    AssociateReseller {
        act: act("subscriptions/1"),
        caller: agent_of(&contoso()),
        seller: contoso(),
        reseller: Some(fabrikam()),
        reseller_account: None,
        reseller_mpn_id: Some(location_of_fabrikam()),
        partnership_active: true,
        reseller_serves: true,
        buyer: tailspin(),
    }
}

pub(crate) fn set_support_contact() -> SetSupportContact {
    SetSupportContact {
        act: act("subscriptions/1"),
        caller: agent_of(&contoso()),
        seller: contoso(),
        footing: Footing::default(),
        contact: fabrikam(),
        contact_footing: Footing { serves_customer: true, partnered: true, ..Footing::default() },
    }
}

pub(crate) fn suspend_subscription() -> SuspendSubscription {
    SuspendSubscription {
        act: act("subscriptions/1"),
        caller: agent_of(&contoso()),
        seller: contoso(),
        footing: Footing::default(),
        state: SubscriptionState::Active,
    }
}

/// The seller reactivates a suspended subscription of Tailspin.
pub(crate) fn reactivate_subscription() -> ReactivateSubscription {
    let SuspendSubscription { act, caller, seller, footing, .. } = suspend_subscription();
    ReactivateSubscription {
        act,
        caller,
        seller,
        footing,
        customer: "customers/tailspin".to_owned(),
        relationship_active: true,
        state: SubscriptionState::Suspended,
    }
}

pub(crate) fn cancel_subscription() -> CancelSubscription {
    CancelSubscription {
        act: act("subscriptions/1"),
        caller: agent_of(&contoso()),
        seller: contoso(),
        state: SubscriptionState::Active,
        held: held(10, &[("2023-09-30T12:00:00Z", 10)]),
        add_ons_left: Vec::new(),
    }
}
