//! Regions and clouds: RGN-01 to RGN-04.

use crate::source::{
    MARKETS, document, multi_partner_support, partnering_with_providers, working_with_partners,
};
use crate::{
    Buyer, Chain, Cloud, Country, Day, Denial, Finding, Partner, Reason, Region, Remedy, Rule, Verdict,
    region_of,
};

pub static RGN_01: Rule = Rule::deny(
    "RGN-01",
    "a partner establishes a partnership only with a partner of the same CSP region",
    &[Denial::of(
        Reason::PartnersInDifferentRegions,
        &[
            Remedy::by("RequestPartnership", "Partner with the other company's account in your own region."),
            Remedy::by("RequestPartnership", "Choose a partner of your own region."),
        ],
    )],
    &[working_with_partners("191-192"), partnering_with_providers("195")],
);

/// Judges RGN-01; not applicable without a reseller. Two countries without a region break the rule.
pub fn partners_must_share_a_region(chain: Chain<'_>, day: Day) -> Verdict {
    let Chain { seller: provider, reseller: Some(reseller) } = chain else { return Verdict::NotApplicable };
    let (ours, theirs) = (region_of(provider.country, day), region_of(reseller.country, day));
    Verdict::require(ours.is_some() && ours == theirs, || {
        let (ours, theirs) = (name_of(ours), name_of(theirs));
        let message = format!(
            "reseller `{}` in region `{theirs}` cannot become a reseller of `{}` in region `{ours}`: a partnership stays within one CSP region",
            reseller.name, provider.name
        );
        Finding::new(Reason::PartnersInDifferentRegions, &reseller.name, message)
            .fact("provider", &provider.name)
            .fact("provider_region", ours)
            .fact("reseller", &reseller.name)
            .fact("reseller_region", theirs)
    })
}

fn name_of(region: Option<Region>) -> &'static str {
    region.map_or("none", Region::as_str)
}

pub static RGN_02: Rule = Rule::deny(
    "RGN-02",
    "a partner sells only to customers of its own region; the country set in the customer's tenant decides",
    &[Denial::of(
        Reason::CustomerOutOfRegion,
        &[Remedy::of("Sell through a partner account in the customer's region.")],
    )],
    &[working_with_partners("188-190"), MARKETS],
);

/// Judges RGN-02 for each partner of the chain.
pub fn customer_must_be_in_region(chain: Chain<'_>, buyer: &Buyer, day: Day) -> Verdict {
    let theirs = region_of(buyer.country, day);
    chain.each(|partner| {
        let ours = region_of(partner.country, day);
        Verdict::require(ours.is_some() && ours == theirs, || out_of_region(partner, ours, buyer, theirs))
    })
}

fn out_of_region(partner: &Partner, ours: Option<Region>, buyer: &Buyer, theirs: Option<Region>) -> Finding {
    let (ours, theirs) = (name_of(ours), name_of(theirs));
    let message = format!(
        "partner `{}` in region `{ours}` cannot sell to `{}` in region `{theirs}`: a partner sells within its own CSP region",
        partner.name,
        buyer.told()
    );
    Finding::new(Reason::CustomerOutOfRegion, &partner.name, message)
        .fact("partner", &partner.name)
        .fact("partner_region", ours)
        .fact("customer", buyer.told())
        .fact("customer_region", theirs)
}

/// A country may have a region on some days only.
pub static RGN_03: Rule = Rule::shape_and_deny(
    "RGN-03",
    "a partner's region follows from its legal business country, by a dated table; partners and customers \
     are in a country with a region",
    &[Denial::of(
        Reason::CountryHasNoCspRegion,
        &[Remedy::of("Enrol, or create the customer, in a country that has a CSP region on that day.")],
    )],
    &[partnering_with_providers("195"), MARKETS],
);

/// Judges RGN-03 for the country of a partner or customer; `told` names it in the message.
pub fn country_must_have_a_region(country: Country, day: Day, told: &str) -> Verdict {
    Verdict::require(region_of(country, day).is_some(), || {
        let message = format!("country `{country}` of `{told}` has no CSP region on {day}");
        Finding::new(Reason::CountryHasNoCspRegion, told, message)
            .fact("subject", told)
            .fact("country", country)
            .fact("as_of_date", day)
    })
}

/// Each national cloud has its own Partner Center (sentences 105–107), so tenants of different clouds cannot
/// be connected. The US Government cloud has no provider–reseller model.
pub static RGN_04: Rule = Rule::deny(
    "RGN-04",
    "all parties live in one cloud, and provider with reseller only in a cloud that has that model",
    &[
        Denial::of(Reason::CloudsDiffer, &[Remedy::of("Use tenants of one cloud on all sides.")]),
        Denial::of(
            Reason::ChainNotInCloud,
            &[Remedy::of("Sell through a direct-bill partner in this cloud.")],
        ),
    ],
    &[multi_partner_support("105-107"), document("CSP in national clouds")],
);

/// Judges RGN-04 for the partners of the chain and, when the buyer is known, for the buyer.
pub fn parties_must_share_a_cloud(chain: Chain<'_>, buyer: Option<&Buyer>) -> Verdict {
    let Chain { seller, reseller } = chain;
    let of_reseller = reseller.map_or(Verdict::NotApplicable, |partner| {
        Verdict::require(partner.cloud == seller.cloud, || {
            clouds_differ(seller, &partner.name, partner.cloud)
        })
    });
    let of_buyer = buyer.map_or(Verdict::NotApplicable, |buyer| {
        Verdict::require(buyer.cloud == seller.cloud, || clouds_differ(seller, buyer.told(), buyer.cloud))
    });
    of_reseller.and(chain_must_exist(seller, reseller)).and(of_buyer)
}

fn clouds_differ(seller: &Partner, name: &str, cloud: Cloud) -> Finding {
    let message = format!(
        "`{name}` in cloud `{cloud}` cannot be connected with `{}` in cloud `{}`: all parties live in one cloud",
        seller.name, seller.cloud
    );
    Finding::new(Reason::CloudsDiffer, name, message)
        .fact("partner", &seller.name)
        .fact("partner_cloud", seller.cloud)
        .fact("party", name)
        .fact("party_cloud", cloud)
}

fn chain_must_exist(provider: &Partner, reseller: Option<&Partner>) -> Verdict {
    let Some(reseller) = reseller else { return Verdict::NotApplicable };
    let inside = provider.cloud == Cloud::UsGovernment && reseller.cloud == Cloud::UsGovernment;
    Verdict::require(!inside, || {
        let message = format!(
            "`{}` cannot work with reseller `{}`: cloud `{}` has no provider–reseller model",
            provider.name, reseller.name, provider.cloud
        );
        Finding::new(Reason::ChainNotInCloud, &reseller.name, message)
            .fact("provider", &provider.name)
            .fact("reseller", &reseller.name)
            .fact("cloud", provider.cloud)
    })
}
