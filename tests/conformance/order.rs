//! Rules for carts and orders. The functions that play the cases are in `order/`.

mod carts;
mod first;
mod goods;
pub(crate) mod parties;
pub(crate) mod scene;

use csp_proto::partner_registry::v1::Standing;

use crate::scene::Case;
pub(crate) use first::{detour as first_order, idle as idle_first_order};
pub(crate) use parties::{global_mpn_id, second_location, set_organization};

use goods::At;

#[rustfmt::skip]
pub(crate) const CASES: &[Case] = &[
    case!("CreateCart", "SUB-07", "OFFER_NOT_IN_COUNTRY", goods::an_offer_sold_only_in(At::Cart, "DE")),
    case!("CreateCart", "SUB-07", "OFFER_NOT_IN_COUNTRY", goods::an_offer_sold_only_in(At::Cart, "FR")),
    case!("CreateCart", "SUB-08", "QUANTITY_OUT_OF_RANGE", goods::a_quantity_outside_the_offers_range(At::Cart, 4, 5)),
    case!("CreateCart", "SUB-08", "QUANTITY_OUT_OF_RANGE", goods::a_quantity_outside_the_offers_range(At::Cart, 11, 10)),
    case!("CreateCart", "SUB-08", "OFFER_LIMIT_REACHED", goods::more_seats_than_a_customer_may_hold(At::Cart)),
    case!("CreateCart", "SUB-08", "PREREQUISITE_MISSING", goods::an_add_on_before_its_base(At::Cart)),
    case!("CreateCart", "CUS-06", "RESELLER_RELATIONSHIP_MISSING", carts::a_cart_for_a_provider_that_does_not_serve_the_customer()),
    case!("CreateCart", "CUS-06", "RESELLER_RELATIONSHIP_MISSING", carts::a_cart_of_a_reseller_that_served_the_customer()),
    case!("CreateCart", "PSH-01", "PARTNERSHIP_NOT_ACTIVE", carts::a_cart_for_a_provider_without_partnership()),

    case!("UpdateCart", "SUB-02", "CART_EXPIRED", carts::a_cart_changed_after_seven_days()),
    case!("UpdateCart", "SUB-02", "CART_ALREADY_SUBMITTED", carts::a_submitted_cart_changed()),
    case!("UpdateCart", "CUS-06", "RESELLER_RELATIONSHIP_MISSING", carts::a_cart_changed_after_the_relationship_ended()),
    case!("UpdateCart", "PSH-01", "PARTNERSHIP_NOT_ACTIVE", carts::a_cart_changed_after_the_partnership_ended()),
    case!("UpdateCart", "SUB-07", "OFFER_NOT_IN_COUNTRY", goods::an_offer_sold_only_in(At::CartUpdate, "DE")),
    case!("UpdateCart", "SUB-07", "OFFER_NOT_IN_COUNTRY", goods::an_offer_sold_only_in(At::CartUpdate, "FR")),
    case!("UpdateCart", "SUB-08", "QUANTITY_OUT_OF_RANGE", goods::a_quantity_outside_the_offers_range(At::CartUpdate, 4, 5)),
    case!("UpdateCart", "SUB-08", "QUANTITY_OUT_OF_RANGE", goods::a_quantity_outside_the_offers_range(At::CartUpdate, 11, 10)),
    case!("UpdateCart", "SUB-08", "OFFER_LIMIT_REACHED", goods::more_seats_than_a_customer_may_hold(At::CartUpdate)),
    case!("UpdateCart", "SUB-08", "PREREQUISITE_MISSING", goods::an_add_on_before_its_base(At::CartUpdate)),

    case!("SubmitOrder", "SAL-01", "RESELLER_CANNOT_ORDER", parties::a_reseller_orders()),
    case!("SubmitOrder", "SAL-01", "CHAIN_NOT_SUPPORTED", parties::a_provider_without_its_reseller()),
    case!("SubmitOrder", "SAL-01", "CHAIN_NOT_SUPPORTED", parties::a_direct_bill_partner_with_a_reseller()),
    case!("SubmitOrder", "SUB-02", "CART_EXPIRED", carts::a_cart_submitted_after_seven_days()),
    case!("SubmitOrder", "SUB-02", "CART_ALREADY_SUBMITTED", carts::a_cart_submitted_twice()),
    case!("SubmitOrder", "ENR-11", "PARTNER_NOT_ENROLLED", parties::a_tenant_without_an_account()),
    case!("SubmitOrder", "ENR-14", "PARTNER_RESTRICTED", parties::a_seller_in_bad_standing(Standing::Restricted)),
    case!("SubmitOrder", "ENR-14", "PARTNER_SUSPENDED", parties::a_seller_in_bad_standing(Standing::Suspended)),
    case!("SubmitOrder", "ENR-14", "PARTNER_DEAUTHORIZED", parties::a_seller_in_bad_standing(Standing::Deauthorized)),
    case!("SubmitOrder", "AGR-04", "RESELLER_NOT_ONBOARDED", parties::a_reseller_that_is_not_onboarded()),
    case!("SubmitOrder", "RGN-02", "CUSTOMER_OUT_OF_REGION", parties::a_customer_whose_country_left_the_region()),
    case!("SubmitOrder", "RGN-04", "CLOUDS_DIFFER", parties::a_reseller_in_another_cloud()),
    case!("SubmitOrder", "RGN-04", "CHAIN_NOT_IN_CLOUD", parties::a_chain_in_the_us_government_cloud()),
    case!("SubmitOrder", "CUS-06", "RESELLER_RELATIONSHIP_MISSING", parties::a_seller_whose_relationship_ended()),
    case!("SubmitOrder", "PSH-01", "PARTNERSHIP_NOT_ACTIVE", parties::a_reseller_whose_partnership_ended()),
    case!("SubmitOrder", "CUS-13", "ORGANIZATION_CONTRADICTED", parties::a_customer_of_none_whose_company_enrolled()),
    case!("SubmitOrder", "SAL-02", "CHAIN_NOT_SUPPORTED", parties::a_partner_buys_from_a_provider_without_a_reseller()),
    case!("SubmitOrder", "SAL-03", "TENANT_IS_CSP_TENANT", parties::a_customer_whose_tenant_became_a_csp_tenant()),
    case!("SubmitOrder", "SAL-04", "SELF_SALE", parties::a_sale_to_the_sellers_own_company()),
    case!("SubmitOrder", "SAL-04", "SELF_SALE", parties::a_sale_to_the_resellers_own_company()),
    case!("SubmitOrder", "SAL-05", "AFFILIATE_SALE", parties::a_sale_to_an_affiliate_of_the_seller()),
    case!("SubmitOrder", "AGR-01", "PARTNER_AGREEMENT_UNSIGNED", parties::a_seller_that_has_not_signed()),
    case!("SubmitOrder", "AGR-02", "PARTNER_AGREEMENT_UNSIGNED", parties::a_reseller_that_has_not_signed()),
    case!("SubmitOrder", "AGR-03", "PARTNER_AGREEMENT_UNSIGNED", parties::a_reseller_that_has_not_signed()),
    case!("SubmitOrder", "CUS-10", "CUSTOMER_AGREEMENT_MISSING", parties::a_customer_that_has_not_accepted_its_agreement()),
    case!("SubmitOrder", "CUS-10", "CUSTOMER_AGREEMENT_MISSING", parties::an_acceptance_that_another_partner_attested()),
    case!("SubmitOrder", "CUS-10", "CUSTOMER_AGREEMENT_MISSING", parties::an_attestation_that_was_withdrawn()),
    case!("SubmitOrder", "PSH-13", "MPN_ID_AMBIGUOUS", parties::a_reseller_named_by_an_account_with_two_locations()),
    case!("SubmitOrder", "SUB-04", "MPN_ID_UNKNOWN", parties::a_reseller_named_by_an_unknown_mpn_id()),
    case!("SubmitOrder", "SUB-04", "MPN_ID_UNKNOWN", parties::a_reseller_named_by_a_number_that_no_account_holds()),
    case!("SubmitOrder", "SUB-04", "MPN_ID_NOT_A_LOCATION", parties::a_reseller_named_by_its_global_mpn_id()),
    case!("SubmitOrder", "SUB-04", "MPN_ID_NOT_A_RESELLER", parties::a_provider_names_its_own_mpn_id()),
    case!("SubmitOrder", "SUB-07", "OFFER_NOT_IN_COUNTRY", goods::an_offer_sold_only_in(At::Order, "DE")),
    case!("SubmitOrder", "SUB-07", "OFFER_NOT_IN_COUNTRY", goods::an_offer_sold_only_in(At::Order, "FR")),
    case!("SubmitOrder", "SUB-08", "QUANTITY_OUT_OF_RANGE", goods::a_quantity_outside_the_offers_range(At::Order, 4, 5)),
    case!("SubmitOrder", "SUB-08", "QUANTITY_OUT_OF_RANGE", goods::a_quantity_outside_the_offers_range(At::Order, 11, 10)),
    case!("SubmitOrder", "SUB-08", "OFFER_LIMIT_REACHED", goods::more_seats_than_a_customer_may_hold(At::Order)),
    case!("SubmitOrder", "SUB-08", "PREREQUISITE_MISSING", goods::an_add_on_before_its_base(At::Order)),
    case!("SubmitOrder", "SUB-09", "ATTESTATION_MISSING", carts::an_order_that_attests_no_capacity()),
    case!("SubmitOrder", "SUB-09", "ATTESTATION_MISSING", carts::an_order_that_attests_the_wrong_capacity()),
];
