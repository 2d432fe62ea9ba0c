//! Breaches about customers.

use super::registry::NOWHERE;
use super::{Breach, Scene};
use crate::book::cast::{Cast, Has, READY, RESELLER};

pub(super) const BREACHES: &[(&str, Breach)] = &[
    ("customer_of_a_reseller_alone", customer_of_a_reseller_alone),
    ("customer_in_a_country_without_region", customer_in_a_country_without_region),
    ("customer_of_another_region", customer_of_another_region),
    ("customer_in_another_cloud", customer_in_another_cloud),
    ("customer_through_a_stranger", customer_through_a_stranger),
    ("customer_through_a_suspended_reseller", customer_through_a_suspended_reseller),
    ("customer_through_an_unsigned_reseller", customer_through_an_unsigned_reseller),
    ("customer_on_a_csp_tenant", customer_on_a_csp_tenant),
    ("customer_that_is_the_providers_reseller", customer_that_is_the_providers_reseller),
    ("customer_with_a_taken_domain", customer_with_a_taken_domain),
    ("customer_twice", customer_twice),
    ("partner_company_that_buys_from_the_provider", partner_company_that_buys_from_the_provider),
    ("reseller_that_buys_from_itself", reseller_that_buys_from_itself),
    ("affiliate_of_the_reseller", affiliate_of_the_reseller),
    ("customer_without_registration_id", customer_without_registration_id),
    ("acceptance_in_the_future", acceptance_in_the_future),
];

/// A reseller cannot create tenants.
fn customer_of_a_reseller_alone(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = cast.customer(scene.reseller, None, scene.country);
    cast.breaks(customer.at, &["CUS-02:RESELLER_CANNOT_CREATE_TENANT"]);
}

/// A country without a region is also outside of every seller's region.
fn customer_in_a_country_without_region(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = scene.customer(cast);
    cast.set(customer.at, "country", NOWHERE);
    cast.breaks(customer.at, &["RGN-02:CUSTOMER_OUT_OF_REGION", "RGN-03:COUNTRY_HAS_NO_CSP_REGION"]);
}

fn customer_of_another_region(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = cast.customer(scene.provider, Some(scene.reseller), scene.foreign_country);
    cast.breaks(customer.at, &["RGN-02:CUSTOMER_OUT_OF_REGION"]);
    // The order depends on the refused customer, so the import does not send it.
    cast.order(scene.provider, Some(scene.reseller), &customer, "office-business:3");
}

fn customer_in_another_cloud(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = cast.customer(scene.direct_bill, None, scene.country);
    cast.set(customer.at, "cloud", "GERMANY");
    cast.breaks(customer.at, &["RGN-04:CLOUDS_DIFFER"]);
}

fn customer_through_a_stranger(cast: &mut Cast, scene: &Scene<'_>) {
    let stranger = scene.stranger(cast);
    let customer = cast.customer(scene.provider, Some(&stranger), scene.country);
    cast.breaks(customer.at, &["PSH-01:PARTNERSHIP_NOT_ACTIVE"]);
}

/// A suspended reseller cannot get a partnership, so both rules are broken.
fn customer_through_a_suspended_reseller(cast: &mut Cast, scene: &Scene<'_>) {
    let reseller = scene.stranger(cast);
    cast.set(reseller.at, "standing", "SUSPENDED");
    let customer = cast.customer(scene.provider, Some(&reseller), scene.country);
    cast.breaks(customer.at, &["ENR-14:PARTNER_SUSPENDED", "PSH-01:PARTNERSHIP_NOT_ACTIVE"]);
}

fn customer_through_an_unsigned_reseller(cast: &mut Cast, scene: &Scene<'_>) {
    let reseller = cast.partner(RESELLER, scene.country, Has { mpn_id: true, agreement: false });
    cast.partnership(scene.provider, &reseller);
    let customer = cast.customer(scene.provider, Some(&reseller), scene.country);
    cast.breaks(customer.at, &["AGR-03:PARTNER_AGREEMENT_UNSIGNED"]);
}

/// Nothing is provisioned to the CSP tenant of any partner.
fn customer_on_a_csp_tenant(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = scene.customer(cast);
    cast.set(customer.at, "tenant", &scene.direct_bill.tenant);
    cast.breaks(customer.at, &["SAL-03:TENANT_IS_CSP_TENANT"]);
}

/// A reseller's CSP tenant as a customer of the reseller's provider breaks two rules.
fn customer_that_is_the_providers_reseller(cast: &mut Cast, scene: &Scene<'_>) {
    let buying = scene.another_reseller(cast);
    let customer = scene.customer(cast);
    cast.set(customer.at, "tenant", &buying.tenant);
    cast.breaks(customer.at, &["PSH-11:RELATIONSHIP_TYPE_CONFLICT", "SAL-03:TENANT_IS_CSP_TENANT"]);
}

fn customer_with_a_taken_domain(cast: &mut Cast, scene: &Scene<'_>) {
    let (first, second) = (scene.customer(cast), scene.customer(cast));
    cast.set(second.at, "domain", format!("{}.example", first.id));
    cast.breaks(second.at, &["CUS-01:DOMAIN_TAKEN"]);
}

/// Two customers with the same tenant.
fn customer_twice(cast: &mut Cast, scene: &Scene<'_>) {
    let (first, second) = (scene.customer(cast), scene.customer(cast));
    cast.set(second.at, "domain", format!("{}.example", first.id));
    cast.set(second.at, "tenant", format!("{}.example", first.id));
    cast.breaks(second.at, &["-:RESOURCE_ALREADY_EXISTS"]);
}

/// A partner buys for its own use only from a reseller or a direct-bill partner.
fn partner_company_that_buys_from_the_provider(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = cast.customer(scene.provider, None, scene.country);
    cast.belongs_to(&customer, &scene.direct_bill.organization);
    cast.breaks(customer.at, &["SAL-02:CHAIN_NOT_SUPPORTED"]);
}

fn reseller_that_buys_from_itself(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = scene.customer(cast);
    cast.belongs_to(&customer, &scene.reseller.organization);
    cast.breaks(customer.at, &["SAL-04:SELF_SALE"]);
}

fn affiliate_of_the_reseller(cast: &mut Cast, scene: &Scene<'_>) {
    let (reseller, sister) = (scene.another_reseller(cast), cast.organization(scene.country));
    let group = format!("group-of-{}", reseller.id);
    cast.affiliation(&reseller.organization, &group, "2018-01-01");
    cast.affiliation(&sister, &group, "2018-01-01");
    let customer = cast.customer(scene.provider, Some(&reseller), scene.country);
    cast.belongs_to(&customer, &sister);
    cast.breaks(customer.at, &["SAL-05:AFFILIATE_SALE"]);
}

/// Poland requires a registration id.
fn customer_without_registration_id(cast: &mut Cast, _: &Scene<'_>) {
    let seller = cast.partner(crate::book::cast::DIRECT_BILL, "DE", READY);
    let customer = cast.customer(&seller, None, "PL");
    cast.breaks(customer.at, &["ENR-15:REGISTRATION_ID_REQUIRED"]);
    let good = cast.customer(&seller, None, "PL");
    cast.set(good.at, "registration_id", "PL 777-000-00-00");
    cast.set(good.at, "registration_id_is_not_personal", "yes");
}

/// The date of a recorded fact must not be in the future.
fn acceptance_in_the_future(cast: &mut Cast, scene: &Scene<'_>) {
    let customer = cast.customer_without_agreement(scene.provider, Some(scene.reseller), scene.country);
    let at = cast.acceptance(&customer);
    cast.set(at, "date", "2099-01-01");
    cast.breaks(at, &["-:FIELD_INVALID"]);
}
