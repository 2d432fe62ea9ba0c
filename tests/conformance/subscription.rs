//! Rules for an existing subscription. The functions that play the cases are in `subscription/`.

pub(crate) mod acts;
mod association;
pub(crate) mod contact;
mod life;
mod seats;

use csp_proto::partner_registry::v1::Standing;

use self::contact::Managing;
use crate::scene::Case;

#[rustfmt::skip]
pub(crate) const CASES: &[Case] = &[
    case!("ChangeQuantity", "SUB-15", "RESELLER_CANNOT_ORDER", seats::a_reseller_adds_seats()),
    case!("ChangeQuantity", "ENR-14", "PARTNER_RESTRICTED", seats::a_seller_in_bad_standing_adds_seats(Standing::Restricted)),
    case!("ChangeQuantity", "ENR-14", "PARTNER_SUSPENDED", seats::a_seller_in_bad_standing_adds_seats(Standing::Suspended)),
    case!("ChangeQuantity", "ENR-14", "PARTNER_DEAUTHORIZED", seats::a_seller_in_bad_standing_adds_seats(Standing::Deauthorized)),
    case!("ChangeQuantity", "RGN-02", "CUSTOMER_OUT_OF_REGION", seats::seats_for_a_customer_whose_country_left_the_region()),
    case!("ChangeQuantity", "AGR-01", "PARTNER_AGREEMENT_UNSIGNED", seats::a_seller_that_has_not_signed_adds_seats()),
    case!("ChangeQuantity", "SUB-08", "QUANTITY_OUT_OF_RANGE", seats::a_quantity_outside_the_offers_range(4, 5)),
    case!("ChangeQuantity", "SUB-08", "QUANTITY_OUT_OF_RANGE", seats::a_quantity_outside_the_offers_range(11, 10)),
    case!("ChangeQuantity", "SUB-08", "OFFER_LIMIT_REACHED", seats::more_seats_than_a_customer_may_hold()),
    case!("ChangeQuantity", "SUB-08", "PREREQUISITE_MISSING", seats::seats_for_an_add_on_whose_base_was_cancelled()),
    case!("ChangeQuantity", "SUB-11", "SUBSCRIPTION_NOT_ACTIVE", seats::seats_for_a_suspended_subscription()),
    case!("ChangeQuantity", "SUB-10", "SEAT_REDUCTION_WINDOW_CLOSED", seats::seats_removed_after_seven_days()),
    case!("ChangeQuantity", "SUB-10", "SEAT_REDUCTION_WINDOW_CLOSED", seats::more_seats_removed_than_were_added_in_seven_days()),

    case!("AssociateReseller", "SUB-15", "RESELLER_CANNOT_ORDER", association::a_reseller_associates_another_reseller()),
    case!("AssociateReseller", "ENR-11", "PARTNER_NOT_ENROLLED", association::a_reseller_under_review()),
    case!("AssociateReseller", "ENR-14", "PARTNER_RESTRICTED", association::a_reseller_in_bad_standing(Standing::Restricted)),
    case!("AssociateReseller", "ENR-14", "PARTNER_SUSPENDED", association::a_reseller_in_bad_standing(Standing::Suspended)),
    case!("AssociateReseller", "ENR-14", "PARTNER_DEAUTHORIZED", association::a_reseller_in_bad_standing(Standing::Deauthorized)),
    case!("AssociateReseller", "RGN-04", "CLOUDS_DIFFER", association::a_reseller_in_another_cloud()),
    case!("AssociateReseller", "RGN-04", "CHAIN_NOT_IN_CLOUD", association::a_reseller_in_the_us_government_cloud()),
    case!("AssociateReseller", "PSH-01", "PARTNERSHIP_NOT_ACTIVE", association::a_reseller_without_a_partnership()),
    case!("AssociateReseller", "AGR-02", "PARTNER_AGREEMENT_UNSIGNED", association::a_reseller_that_has_not_signed()),
    case!("AssociateReseller", "PSH-13", "MPN_ID_AMBIGUOUS", association::an_account_with_two_locations()),
    case!("AssociateReseller", "SUB-04", "MPN_ID_UNKNOWN", association::an_unknown_mpn_id()),
    case!("AssociateReseller", "SUB-04", "MPN_ID_NOT_A_LOCATION", association::a_global_mpn_id()),
    case!("AssociateReseller", "SUB-04", "MPN_ID_NOT_A_RESELLER", association::the_providers_own_mpn_id()),

    case!("SetSupportContact", "SUB-15", "RESELLER_NOT_DESIGNATED", contact::a_support_contact(Managing::NameTheSellerAsContact)),
    case!("SetSupportContact", "SUB-15", "ADMIN_GRANT_MISSING", contact::a_designated_reseller_whose_grant_the_customer_revoked(Managing::NameTheSellerAsContact)),
    case!("SetSupportContact", "MUL-06", "ADMIN_GRANT_MISSING", contact::a_partner_that_was_hired_without_a_managing_role(Managing::NameTheSellerAsContact)),
    case!("SetSupportContact", "PSH-01", "PARTNERSHIP_NOT_ACTIVE", association::a_support_contact_whose_partnership_ended()),
    case!("SetSupportContact", "SUB-06", "SUPPORT_CONTACT_NOT_ELIGIBLE", association::a_support_contact_that_does_not_serve_the_customer()),

    case!("SuspendSubscription", "SUB-15", "RESELLER_NOT_DESIGNATED", contact::a_support_contact(Managing::Suspend)),
    case!("SuspendSubscription", "SUB-15", "ADMIN_GRANT_MISSING", contact::a_designated_reseller_whose_grant_the_customer_revoked(Managing::Suspend)),
    case!("SuspendSubscription", "MUL-06", "ADMIN_GRANT_MISSING", contact::a_partner_that_was_hired_without_a_managing_role(Managing::Suspend)),
    case!("SuspendSubscription", "SUB-11", "SUBSCRIPTION_NOT_ACTIVE", life::a_suspended_subscription_is_suspended_again()),
    case!("ReactivateSubscription", "SUB-15", "RESELLER_NOT_DESIGNATED", contact::a_support_contact(Managing::Reactivate)),
    case!("ReactivateSubscription", "SUB-15", "ADMIN_GRANT_MISSING", contact::a_designated_reseller_whose_grant_the_customer_revoked(Managing::Reactivate)),
    case!("ReactivateSubscription", "MUL-06", "ADMIN_GRANT_MISSING", contact::a_partner_that_was_hired_without_a_managing_role(Managing::Reactivate)),
    case!("ReactivateSubscription", "SUB-11", "SUBSCRIPTION_NOT_ACTIVE", life::a_cancelled_subscription_is_reactivated()),
    case!("SetAutoRenew", "SUB-15", "RESELLER_NOT_DESIGNATED", contact::a_support_contact(Managing::SwitchAutoRenewOff)),
    case!("SetAutoRenew", "SUB-15", "ADMIN_GRANT_MISSING", contact::a_designated_reseller_whose_grant_the_customer_revoked(Managing::SwitchAutoRenewOff)),
    case!("SetAutoRenew", "MUL-06", "ADMIN_GRANT_MISSING", contact::a_partner_that_was_hired_without_a_managing_role(Managing::SwitchAutoRenewOff)),
    case!("SetAutoRenew", "SUB-11", "SUBSCRIPTION_NOT_ACTIVE", life::auto_renew_of_a_suspended_subscription_is_switched_off()),
    case!("CancelSubscription", "SUB-15", "RESELLER_CANNOT_ORDER", life::a_reseller_cancels_a_subscription()),
    case!("CancelSubscription", "SUB-10", "CANCELLATION_WINDOW_CLOSED", life::a_subscription_is_cancelled_after_seven_days()),
    case!("CancelSubscription", "SUB-11", "SUBSCRIPTION_NOT_ACTIVE", life::a_suspended_subscription_is_cancelled()),
];
