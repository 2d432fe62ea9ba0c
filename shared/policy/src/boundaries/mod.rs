//! Every boundary of the suite: enrolment, agreement, partnership, customer, sale, subscription.

mod accept_invitation;
mod accept_partnership;
mod associate_mpn_id;
mod associate_reseller;
mod cancel_subscription;
mod change_quantity;
mod confirm_customer_agreement;
mod create_cart;
mod create_customer;
mod create_user;
mod decline_invitation;
mod decline_partnership;
mod delete_user;
mod enroll_partner;
mod establish_edges;
mod invite_customer;
mod reactivate_subscription;
mod remove_partnership;
mod remove_reseller_relationship;
mod request_partnership;
mod reveal_setup_info;
mod review_enrollment;
mod sale;
mod set_auto_renew;
mod set_support_contact;
mod set_user_roles;
mod sign_partner_agreement;
mod submit_order;
mod suspend_subscription;
mod update_cart;
mod update_listing;
mod update_partner;
mod upgrade_subscription;
mod verify_contact_email;

pub use accept_invitation::AcceptInvitation;
pub use accept_partnership::AcceptPartnership;
pub use associate_mpn_id::AssociateMpnId;
pub use associate_reseller::AssociateReseller;
pub use cancel_subscription::CancelSubscription;
pub use change_quantity::ChangeQuantity;
pub use confirm_customer_agreement::ConfirmCustomerAgreement;
pub use create_cart::CreateCart;
pub use create_customer::CreateCustomer;
pub use create_user::CreateUser;
pub use decline_invitation::DeclineInvitation;
pub use decline_partnership::DeclinePartnership;
pub use delete_user::DeleteUser;
pub use enroll_partner::EnrollPartner;
pub use establish_edges::EstablishEdges;
pub use invite_customer::InviteCustomer;
pub use reactivate_subscription::ReactivateSubscription;
pub use remove_partnership::RemovePartnership;
pub use remove_reseller_relationship::RemoveResellerRelationship;
pub use request_partnership::RequestPartnership;
pub use reveal_setup_info::RevealSetupInfo;
pub use review_enrollment::ReviewEnrollment;
pub use set_auto_renew::SetAutoRenew;
pub use set_support_contact::SetSupportContact;
pub use set_user_roles::SetUserRoles;
pub use sign_partner_agreement::SignPartnerAgreement;
pub use submit_order::SubmitOrder;
pub use suspend_subscription::SuspendSubscription;
pub use update_cart::UpdateCart;
pub use update_listing::UpdateListing;
pub use update_partner::UpdatePartner;
pub use upgrade_subscription::UpgradeSubscription;
pub use verify_contact_email::VerifyContactEmail;

use crate::{Boundary, Rule};

/// A boundary without its facts: the name of its RPC, and its rules.
#[derive(Debug, Clone, Copy)]
pub struct Guard {
    /// Name of the guarded RPC.
    pub name: &'static str,
    /// Each rule once, in order of precedence; a rule with several rows stands at the place of its first row.
    pub rules: fn() -> Vec<&'static Rule>,
}

/// Every boundary, in the order of a partner's business: from enrolment to the subscription.
pub const ALL: &[Guard] = &[
    guard::<EnrollPartner>(),
    guard::<UpdatePartner>(),
    guard::<VerifyContactEmail>(),
    guard::<ReviewEnrollment>(),
    guard::<AssociateMpnId>(),
    guard::<SignPartnerAgreement>(),
    guard::<CreateUser>(),
    guard::<SetUserRoles>(),
    guard::<DeleteUser>(),
    guard::<UpdateListing>(),
    guard::<RequestPartnership>(),
    guard::<AcceptPartnership>(),
    guard::<DeclinePartnership>(),
    guard::<RemovePartnership>(),
    guard::<CreateCustomer>(),
    guard::<InviteCustomer>(),
    guard::<AcceptInvitation>(),
    guard::<DeclineInvitation>(),
    guard::<EstablishEdges>(),
    guard::<RemoveResellerRelationship>(),
    guard::<ConfirmCustomerAgreement>(),
    guard::<RevealSetupInfo>(),
    guard::<CreateCart>(),
    guard::<UpdateCart>(),
    guard::<SubmitOrder>(),
    guard::<ChangeQuantity>(),
    guard::<UpgradeSubscription>(),
    guard::<AssociateReseller>(),
    guard::<SetSupportContact>(),
    guard::<SuspendSubscription>(),
    guard::<ReactivateSubscription>(),
    guard::<SetAutoRenew>(),
    guard::<CancelSubscription>(),
];

const fn guard<B: Boundary>() -> Guard {
    Guard { name: B::NAME, rules: rules_of::<B> }
}

fn rules_of<B: Boundary>() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = Vec::new();
    for row in B::ROWS {
        if !rules.contains(&row.rule) {
            rules.push(row.rule);
        }
    }
    rules
}

/// Names of the boundaries that enforce `rule`, in the order of [`ALL`].
pub fn enforcing(rule: &Rule) -> Vec<&'static str> {
    ALL.iter().filter(|guard| (guard.rules)().contains(&rule)).map(|guard| guard.name).collect()
}
