//! Rules for an existing subscription. The functions that play the cases are in `subscription/`.

pub(crate) mod acts;
mod association;
pub(crate) mod contact;
mod life;
mod sales;
mod seats;
pub(crate) mod upgrades;

use csp_proto::partner_registry::v1::Standing;

use self::contact::Managing;
use crate::scene::Case;
use sales::By;

#[rustfmt::skip]
pub(crate) const CASES: &[Case] = &[
    case!("ChangeQuantity", "SUB-15", "RESELLER_CANNOT_ORDER", seats::a_reseller_adds_seats()),
    case!("ChangeQuantity", "SAL-01", "CHAIN_NOT_SUPPORTED", sales::without_a_reseller_of_record(By::Seats)),
    case!("ChangeQuantity", "ENR-14", "PARTNER_RESTRICTED", sales::for_a_seller_in_bad_standing(By::Seats, Standing::Restricted)),
    case!("ChangeQuantity", "ENR-14", "PARTNER_SUSPENDED", sales::for_a_seller_in_bad_standing(By::Seats, Standing::Suspended)),
    case!("ChangeQuantity", "ENR-14", "PARTNER_DEAUTHORIZED", sales::for_a_seller_in_bad_standing(By::Seats, Standing::Deauthorized)),
    case!("ChangeQuantity", "RGN-02", "CUSTOMER_OUT_OF_REGION", sales::for_a_customer_whose_country_left_the_region(By::Seats)),
    case!("ChangeQuantity", "CUS-13", "ORGANIZATION_CONTRADICTED", sales::to_a_customer_of_none_whose_company_enrolled(By::Seats)),
    case!("ChangeQuantity", "CUS-06", "RESELLER_RELATIONSHIP_MISSING", sales::after_the_relationship_ended(By::Seats)),
    case!("ChangeQuantity", "PSH-01", "PARTNERSHIP_NOT_ACTIVE", sales::after_the_partnership_ended(By::Seats)),
    case!("ChangeQuantity", "SAL-02", "CHAIN_NOT_SUPPORTED", sales::to_a_partner_that_buys_from_its_provider(By::Seats)),
    case!("ChangeQuantity", "SAL-03", "TENANT_IS_CSP_TENANT", sales::to_a_tenant_that_became_a_csp_tenant(By::Seats)),
    case!("ChangeQuantity", "SAL-04", "SELF_SALE", sales::to_the_sellers_own_company(By::Seats)),
    case!("ChangeQuantity", "SAL-04", "SELF_SALE", sales::to_the_resellers_own_company(By::Seats)),
    case!("ChangeQuantity", "SAL-05", "AFFILIATE_SALE", sales::to_an_affiliate_of_the_seller(By::Seats)),
    case!("ChangeQuantity", "AGR-01", "PARTNER_AGREEMENT_UNSIGNED", sales::for_a_seller_that_has_not_signed(By::Seats)),
    case!("ChangeQuantity", "AGR-02", "PARTNER_AGREEMENT_UNSIGNED", sales::through_a_reseller_that_has_not_signed(By::Seats)),
    case!("ChangeQuantity", "AGR-03", "PARTNER_AGREEMENT_UNSIGNED", sales::through_a_reseller_that_has_not_signed(By::Seats)),
    case!("ChangeQuantity", "CUS-10", "CUSTOMER_AGREEMENT_MISSING", sales::after_the_attestation_was_withdrawn(By::Seats)),
    case!("ChangeQuantity", "SUB-07", "OFFER_NOT_IN_COUNTRY", sales::of_an_offer_that_left_the_customers_country(By::Seats)),
    case!("ChangeQuantity", "SUB-08", "QUANTITY_OUT_OF_RANGE", seats::a_quantity_outside_the_offers_range(4, 5)),
    case!("ChangeQuantity", "SUB-08", "QUANTITY_OUT_OF_RANGE", seats::a_quantity_outside_the_offers_range(11, 10)),
    case!("ChangeQuantity", "SUB-08", "QUANTITY_OUT_OF_RANGE", seats::twice_as_many_seats_as_the_offer_allows()),
    case!("ChangeQuantity", "SUB-08", "OFFER_LIMIT_REACHED", seats::more_seats_than_a_customer_may_hold()),
    case!("ChangeQuantity", "SUB-08", "PREREQUISITE_MISSING", seats::seats_for_an_add_on_whose_base_was_suspended()),
    case!("ChangeQuantity", "SUB-11", "SUBSCRIPTION_NOT_ACTIVE", seats::seats_for_a_suspended_subscription()),
    case!("ChangeQuantity", "SUB-10", "SEAT_REDUCTION_WINDOW_CLOSED", seats::seats_removed_after_the_window_of_the_renewal()),
    case!("ChangeQuantity", "SUB-10", "SEAT_REDUCTION_WINDOW_CLOSED", seats::seats_removed_after_seven_days()),
    case!("ChangeQuantity", "SUB-10", "SEAT_REDUCTION_WINDOW_CLOSED", seats::more_seats_removed_than_were_added_in_seven_days()),

    case!("UpgradeSubscription", "SUB-15", "RESELLER_CANNOT_ORDER", upgrades::a_reseller_upgrades()),
    case!("UpgradeSubscription", "SAL-01", "CHAIN_NOT_SUPPORTED", sales::without_a_reseller_of_record(By::Upgrade)),
    case!("UpgradeSubscription", "ENR-14", "PARTNER_RESTRICTED", sales::for_a_seller_in_bad_standing(By::Upgrade, Standing::Restricted)),
    case!("UpgradeSubscription", "ENR-14", "PARTNER_SUSPENDED", sales::for_a_seller_in_bad_standing(By::Upgrade, Standing::Suspended)),
    case!("UpgradeSubscription", "ENR-14", "PARTNER_DEAUTHORIZED", sales::for_a_seller_in_bad_standing(By::Upgrade, Standing::Deauthorized)),
    case!("UpgradeSubscription", "RGN-02", "CUSTOMER_OUT_OF_REGION", sales::for_a_customer_whose_country_left_the_region(By::Upgrade)),
    case!("UpgradeSubscription", "CUS-13", "ORGANIZATION_CONTRADICTED", sales::to_a_customer_of_none_whose_company_enrolled(By::Upgrade)),
    case!("UpgradeSubscription", "CUS-06", "RESELLER_RELATIONSHIP_MISSING", sales::after_the_relationship_ended(By::Upgrade)),
    case!("UpgradeSubscription", "PSH-01", "PARTNERSHIP_NOT_ACTIVE", sales::after_the_partnership_ended(By::Upgrade)),
    case!("UpgradeSubscription", "SAL-02", "CHAIN_NOT_SUPPORTED", sales::to_a_partner_that_buys_from_its_provider(By::Upgrade)),
    case!("UpgradeSubscription", "SAL-03", "TENANT_IS_CSP_TENANT", sales::to_a_tenant_that_became_a_csp_tenant(By::Upgrade)),
    case!("UpgradeSubscription", "SAL-04", "SELF_SALE", sales::to_the_sellers_own_company(By::Upgrade)),
    case!("UpgradeSubscription", "SAL-04", "SELF_SALE", sales::to_the_resellers_own_company(By::Upgrade)),
    case!("UpgradeSubscription", "SAL-05", "AFFILIATE_SALE", sales::to_an_affiliate_of_the_seller(By::Upgrade)),
    case!("UpgradeSubscription", "AGR-01", "PARTNER_AGREEMENT_UNSIGNED", sales::for_a_seller_that_has_not_signed(By::Upgrade)),
    case!("UpgradeSubscription", "AGR-02", "PARTNER_AGREEMENT_UNSIGNED", sales::through_a_reseller_that_has_not_signed(By::Upgrade)),
    case!("UpgradeSubscription", "AGR-03", "PARTNER_AGREEMENT_UNSIGNED", sales::through_a_reseller_that_has_not_signed(By::Upgrade)),
    case!("UpgradeSubscription", "CUS-10", "CUSTOMER_AGREEMENT_MISSING", sales::after_the_attestation_was_withdrawn(By::Upgrade)),
    case!("UpgradeSubscription", "SUB-07", "OFFER_NOT_IN_COUNTRY", sales::of_an_offer_that_left_the_customers_country(By::Upgrade)),
    case!("UpgradeSubscription", "SUB-08", "QUANTITY_OUT_OF_RANGE", upgrades::fewer_seats_left_than_the_offer_allows()),
    case!("UpgradeSubscription", "SUB-08", "OFFER_LIMIT_REACHED", upgrades::more_seats_of_the_target_than_a_customer_may_hold()),
    case!("UpgradeSubscription", "SUB-08", "PREREQUISITE_MISSING", upgrades::a_target_that_is_an_add_on()),
    case!("UpgradeSubscription", "SUB-11", "SUBSCRIPTION_NOT_ACTIVE", upgrades::a_suspended_subscription()),
    case!("UpgradeSubscription", "SUB-12", "UPGRADE_TARGET_NOT_ELIGIBLE", upgrades::an_offer_that_is_no_target()),
    case!("UpgradeSubscription", "SUB-12", "TERM_CANNOT_SHORTEN", upgrades::a_shorter_term()),
    case!("UpgradeSubscription", "SUB-12", "BILLING_CYCLE_EXCEEDS_TERM", upgrades::a_billing_cycle_longer_than_the_term()),
    case!("UpgradeSubscription", "SUB-12", "ADD_ONS_REMAIN", upgrades::the_base_of_an_add_on()),

    case!("AssociateReseller", "SUB-15", "RESELLER_CANNOT_ORDER", association::a_reseller_associates_another_reseller()),
    case!("AssociateReseller", "SAL-01", "CHAIN_NOT_SUPPORTED", association::a_direct_bill_partner_associates_a_reseller()),
    case!("AssociateReseller", "ENR-11", "PARTNER_NOT_ENROLLED", association::a_reseller_under_review()),
    case!("AssociateReseller", "ENR-14", "PARTNER_RESTRICTED", association::a_reseller_in_bad_standing(Standing::Restricted)),
    case!("AssociateReseller", "ENR-14", "PARTNER_SUSPENDED", association::a_reseller_in_bad_standing(Standing::Suspended)),
    case!("AssociateReseller", "ENR-14", "PARTNER_DEAUTHORIZED", association::a_reseller_in_bad_standing(Standing::Deauthorized)),
    case!("AssociateReseller", "AGR-04", "RESELLER_NOT_ONBOARDED", association::a_reseller_that_is_not_onboarded()),
    case!("AssociateReseller", "RGN-04", "CLOUDS_DIFFER", association::a_reseller_in_another_cloud()),
    case!("AssociateReseller", "RGN-04", "CHAIN_NOT_IN_CLOUD", association::a_reseller_in_the_us_government_cloud()),
    case!("AssociateReseller", "PSH-01", "PARTNERSHIP_NOT_ACTIVE", association::a_reseller_without_a_partnership()),
    case!("AssociateReseller", "SAL-04", "SELF_SALE", association::a_reseller_of_the_customers_own_company()),
    case!("AssociateReseller", "SAL-05", "AFFILIATE_SALE", association::an_affiliate_of_the_customer()),
    case!("AssociateReseller", "AGR-02", "PARTNER_AGREEMENT_UNSIGNED", association::a_reseller_that_has_not_signed()),
    case!("AssociateReseller", "PSH-13", "MPN_ID_AMBIGUOUS", association::an_account_with_two_locations()),
    case!("AssociateReseller", "SUB-04", "MPN_ID_UNKNOWN", association::an_unknown_mpn_id()),
    case!("AssociateReseller", "SUB-04", "MPN_ID_UNKNOWN", association::a_number_that_no_account_holds()),
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
    case!("SuspendSubscription", "SUB-11", "SUBSCRIPTION_NOT_ACTIVE", life::a_cancelled_subscription_is_suspended()),
    case!("ReactivateSubscription", "SUB-15", "RESELLER_NOT_DESIGNATED", contact::a_support_contact(Managing::Reactivate)),
    case!("ReactivateSubscription", "SUB-15", "ADMIN_GRANT_MISSING", contact::a_designated_reseller_whose_grant_the_customer_revoked(Managing::Reactivate)),
    case!("ReactivateSubscription", "MUL-06", "ADMIN_GRANT_MISSING", contact::a_partner_that_was_hired_without_a_managing_role(Managing::Reactivate)),
    case!("ReactivateSubscription", "CUS-06", "RESELLER_RELATIONSHIP_MISSING", life::a_suspended_subscription_outlives_its_relationship()),
    case!("ReactivateSubscription", "SUB-11", "SUBSCRIPTION_NOT_ACTIVE", life::a_cancelled_subscription_is_reactivated()),
    case!("SetAutoRenew", "SUB-15", "RESELLER_NOT_DESIGNATED", contact::a_support_contact(Managing::SwitchAutoRenewOff)),
    case!("SetAutoRenew", "SUB-15", "ADMIN_GRANT_MISSING", contact::a_designated_reseller_whose_grant_the_customer_revoked(Managing::SwitchAutoRenewOff)),
    case!("SetAutoRenew", "MUL-06", "ADMIN_GRANT_MISSING", contact::a_partner_that_was_hired_without_a_managing_role(Managing::SwitchAutoRenewOff)),
    case!("SetAutoRenew", "SUB-11", "SUBSCRIPTION_NOT_ACTIVE", life::auto_renew_of_a_suspended_subscription_is_switched_on()),
    case!("CancelSubscription", "SUB-15", "RESELLER_CANNOT_ORDER", life::a_reseller_cancels_a_subscription()),
    case!("CancelSubscription", "SUB-10", "CANCELLATION_WINDOW_CLOSED", life::a_subscription_is_cancelled_after_seven_days()),
    case!("CancelSubscription", "SUB-10", "ADD_ONS_REMAIN", life::the_base_of_an_add_on_is_cancelled()),
    case!("CancelSubscription", "SUB-11", "SUBSCRIPTION_NOT_ACTIVE", life::a_suspended_subscription_is_cancelled()),
];
