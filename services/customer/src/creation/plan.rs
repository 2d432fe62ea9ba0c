//! The plan of an operation: the creation that a request asks for, well formed.

use csp_policy::Day;
use csp_proto::customer::v1 as pb;
use csp_proto::internal::customer::v1 as internal;
use csp_proto::relationship::v1::AdminAccess;
use csp_proto::subscription::v1::OrderDraft;
use csp_service::limits::ADMIN_DAYS_MAX;
use csp_service::order::{Content, Order};
use csp_service::{Evidence, Fields, Result, wire};

use crate::agreement::Attestation;
use crate::customer;
use crate::customer::profile::Profile;

/// Roles of the admin grant that a designated reseller gets when the provider names none (rule CUS-02). They
/// administer the customer's account and its subscriptions.
pub(crate) const RESELLER_ADMIN_ROLES: [&str; 4] =
    ["directory-readers", "helpdesk-administrator", "license-administrator", "service-support-administrator"];
/// Days that this grant lasts: as long as a grant may last.
pub(crate) const RESELLER_ADMIN_DAYS: i32 = ADMIN_DAYS_MAX;

/// The creation of a customer that a request asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    pub(crate) customer_id: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) profile: Profile,
    pub(crate) seller: Seller,
    pub(crate) reseller: Option<String>,
    pub(crate) admin_access: Option<AdminAccess>,
    pub(crate) first_order: Option<FirstOrder>,
    /// The invitation that the tenant accepts. The operation then only registers the tenant; the relationship
    /// service sets the edges.
    pub(crate) invitation: Option<String>,
}

/// The partner that is to serve the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seller {
    /// The calling partner.
    Caller,
    /// The partner that an operator names, with the evidence that this partner serves the customer.
    Recorded {
        /// Resource name of the partner.
        partner: String,
        /// The day since when the partner serves the customer, and the source.
        evidence: Evidence,
    },
}

/// The order that comes with the creation, and the agreement that the order needs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FirstOrder {
    pub(crate) agreement: Attestation,
    pub(crate) order: Order,
}

impl Plan {
    /// Name of the customer in the decision about its creation: without an id when the caller chose none.
    pub(crate) fn subject(&self) -> String {
        customer::name(wire::subject_id(self.customer_id.as_deref()))
    }

    /// The plan of a partner that creates a customer.
    pub(crate) fn create(request: &pb::CreateCustomerRequest) -> Result<Plan> {
        let mut fields = Fields::new();
        let customer_id = fields.chosen_id("customer_id", &request.customer_id);
        let external_id = fields.external_id("external_id", &request.external_id);
        let profile = Profile::read(&mut fields, request.profile.as_ref());
        let reseller = fields.optional_name("reseller", &request.reseller, "partners");
        let admin_access = fields.admin_access(request.admin_access.as_ref());
        fields.finish(|| {
            let reseller = reseller?;
            Some(Plan {
                customer_id: customer_id?,
                external_id: external_id?,
                profile: profile?,
                seller: Seller::Caller,
                admin_access: admin_access?.or_else(|| customary_access(reseller.as_deref())),
                reseller,
                first_order: None,
                invitation: None,
            })
        })
    }

    /// The plan of an operator that records a customer.
    pub(crate) fn record(request: &pb::RecordCustomerRequest, today: Day) -> Result<Plan> {
        let mut fields = Fields::new();
        let customer_id = fields.chosen_id("customer_id", &request.customer_id);
        let external_id = fields.external_id("external_id", &request.external_id);
        let profile = Profile::read(&mut fields, request.profile.as_ref());
        let partner = fields.resource_name("seller", &request.seller, "partners");
        let reseller = fields.optional_name("reseller", &request.reseller, "partners");
        let admin_access = fields.admin_access(request.admin_access.as_ref());
        let evidence = fields.evidence(request.evidence.as_ref(), today);
        fields.finish(|| {
            Some(Plan {
                customer_id: customer_id?,
                external_id: external_id?,
                profile: profile?,
                seller: Seller::Recorded { partner: partner?, evidence: evidence? },
                reseller: reseller?,
                admin_access: admin_access?,
                first_order: None,
                invitation: None,
            })
        })
    }

    /// The plan of a partner that creates a customer together with its first subscriptions.
    pub(crate) fn add_with_order(request: &pb::AddCustomerWithOrderRequest) -> Result<Plan> {
        let mut fields = Fields::new();
        let customer_id = fields.chosen_id("customer_id", &request.customer_id);
        let external_id = fields.external_id("external_id", &request.external_id);
        let profile = Profile::read(&mut fields, request.profile.as_ref());
        let reseller = fields.optional_name("reseller", &request.reseller, "partners");
        let admin_access = fields.admin_access(request.admin_access.as_ref());
        let agreement = Attestation::read(&mut fields, "agreement", request.agreement.as_ref());
        let order = first_order(&mut fields, request.order.as_ref());
        fields.finish(|| {
            let reseller = reseller?;
            Some(Plan {
                customer_id: customer_id?,
                external_id: external_id?,
                profile: profile?,
                seller: Seller::Caller,
                admin_access: admin_access?.or_else(|| customary_access(reseller.as_deref())),
                reseller,
                first_order: Some(FirstOrder { agreement: agreement?, order: order? }),
                invitation: None,
            })
        })
    }

    /// The plan of a registration: a tenant accepts an invitation.
    pub(crate) fn register(request: &internal::RegisterInvitedRequest) -> Result<Plan> {
        let mut fields = Fields::new();
        let customer_id = fields.chosen_id("customer_id", &request.customer_id);
        let profile = Profile::read(&mut fields, request.profile.as_ref());
        let invitation = fields.resource_name("invitation", &request.invitation, "invitations");
        fields.finish(|| {
            Some(Plan {
                customer_id: customer_id?,
                external_id: None,
                profile: profile?,
                seller: Seller::Caller,
                reseller: None,
                admin_access: None,
                first_order: None,
                invitation: Some(invitation?),
            })
        })
    }

    /// The evidence of a recorded customer.
    pub(crate) fn evidence(&self) -> Option<&Evidence> {
        match &self.seller {
            Seller::Caller => None,
            Seller::Recorded { evidence, .. } => Some(evidence),
        }
    }

    /// The day for which the creation is judged: today, or the day of the evidence.
    pub(crate) fn day(&self, today: Day) -> Day {
        self.evidence().map_or(today, |evidence| evidence.day)
    }
}

fn customary_access(reseller: Option<&str>) -> Option<AdminAccess> {
    reseller.map(|_| AdminAccess {
        roles: RESELLER_ADMIN_ROLES.iter().map(|role| (*role).to_owned()).collect(),
        duration_days: RESELLER_ADMIN_DAYS,
    })
}

/// Reads the first order, which is required, as the subscription service reads it.
fn first_order(fields: &mut Fields, draft: Option<&OrderDraft>) -> Option<Order> {
    let draft = fields.required("order", draft)?;
    let order = Order::read(fields, "order", draft)?;
    if let Content::Cart(_) = &order.content {
        fields.refuse("order.cart", "must not be set: a new customer has no cart");
    }
    Some(order)
}
