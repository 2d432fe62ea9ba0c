//! Who may sell to whom: SAL-01 to SAL-05.

use crate::source::{OURS, multi_partner_support, partnering_with_providers, working_with_partners};
use crate::{
    Act, Advisory, AdvisoryReason, Buyer, Chain, Denial, Finding, Partner, PartnerKind, Reason, Remedy, Rule,
    Sale, Verdict,
};

/// The setting by which a provider may order without a reseller is a decision of this project.
pub static SAL_01: Rule = Rule::deny(
    "SAL-01",
    "two chains exist: Microsoft, direct-bill partner, customer; and Microsoft, provider, reseller, customer",
    &[
        Denial::of(
            Reason::ChainNotSupported,
            &[
                Remedy::of(
                    "Name the reseller when a provider orders; name none when a direct-bill partner orders.",
                ),
                Remedy::by(
                    "AssociateReseller",
                    "Associate a reseller of record with the subscription before you add seats.",
                ),
            ],
        ),
        Denial::of(
            Reason::ResellerCannotOrder,
            &[Remedy::by("CreateCart", "Prepare a cart and have your provider submit it.")],
        ),
    ],
    &[working_with_partners("128-129,158-163"), partnering_with_providers("111-112"), OURS],
);

/// Judges SAL-01 for the partner that submits.
pub fn submitter_must_be_provider_or_direct_bill(seller: &Partner) -> Verdict {
    Verdict::require(seller.kind != PartnerKind::IndirectReseller, || {
        let name = &seller.name;
        let message = format!("reseller `{name}` cannot submit an order: its provider does");
        Finding::new(Reason::ResellerCannotOrder, name, message).fact("reseller", name)
    })
}

/// Judges SAL-01 for the chain; not applicable to an order that a reseller submits, which
/// [`submitter_must_be_provider_or_direct_bill`] refuses.
///
/// An MPN ID without a partner account counts as a named reseller here. SUB-04 refuses that MPN ID.
pub fn chain_must_be_supported(sale: &Sale) -> Verdict {
    let Sale { seller, reseller, .. } = sale;
    let names_reseller = sale.names_reseller();
    let supported = match seller.kind {
        PartnerKind::IndirectReseller => return Verdict::NotApplicable,
        PartnerKind::DirectBill => !names_reseller,
        PartnerKind::IndirectProvider => match reseller {
            Some(partner) => partner.kind == PartnerKind::IndirectReseller,
            None => names_reseller || !sale.reseller_required,
        },
    };
    Verdict::require(supported, || chain_not_supported(seller, reseller.as_ref(), names_reseller))
}

/// Judges SAL-01 for an association of a reseller, which a direct-bill partner does not sell through.
pub fn seller_must_sell_through_resellers(chain: Chain<'_>) -> Verdict {
    let Chain { seller, reseller } = chain;
    Verdict::require(seller.kind != PartnerKind::DirectBill, || chain_not_supported(seller, reseller, true))
}

fn chain_not_supported(seller: &Partner, reseller: Option<&Partner>, names_reseller: bool) -> Finding {
    let (name, kind) = (&seller.name, seller.kind);
    let flaw = match (kind, reseller) {
        (PartnerKind::DirectBill, _) => "must sell to the customer itself, without a reseller".to_owned(),
        (_, Some(partner)) => {
            format!("must sell through an indirect reseller; `{}` is {}", partner.name, partner.kind)
        }
        (_, None) => "must name its reseller".to_owned(),
    };
    Finding::new(Reason::ChainNotSupported, name, format!("{kind} `{name}` {flaw}"))
        .fact("seller", name)
        .fact("seller_kind", kind)
        .fact("reseller", reseller.map_or("none", |partner| partner.name.as_str()))
        .fact("names_reseller", names_reseller)
}

/// The notice of SAL-01 about an accepted sale of a provider that names no reseller; `None` for other sales.
pub fn reseller_should_be_named(sale: &Sale, Act { subject, .. }: &Act) -> Option<Advisory> {
    let Partner { name, kind, .. } = &sale.seller;
    (*kind == PartnerKind::IndirectProvider && !sale.names_reseller()).then(|| Advisory {
        rule: &SAL_01,
        reason: AdvisoryReason::NoResellerNamed,
        subject: subject.clone(),
        line: None,
        message: format!("the sale `{subject}` of provider `{name}` names no reseller"),
        facts: vec![("sale", subject.clone()), ("seller", name.clone())],
        remedies: NAME_A_RESELLER,
    })
}

const NAME_A_RESELLER: &[Remedy] =
    &[Remedy::by("AssociateReseller", "Add the reseller of record to each subscription.")];

/// SAL-03 judges the tenant that the partner buys for.
pub static SAL_02: Rule = Rule::deny(
    "SAL-02",
    "a partner buys for its own use only from a reseller or a direct-bill partner",
    &[Denial::of(
        Reason::ChainNotSupported,
        &[Remedy::of("Buy through a reseller, or from a direct-bill partner.")],
    )],
    &[working_with_partners("170-173")],
);

/// Judges SAL-02 for a buyer whose company is a partner; not applicable to other buyers.
pub fn partner_must_buy_as_a_customer(seller: &Partner, names_reseller: bool, buyer: &Buyer) -> Verdict {
    if !buyer.is_partner {
        return Verdict::NotApplicable;
    }
    Verdict::require(names_reseller || seller.kind != PartnerKind::IndirectProvider, || {
        let (buyer, seller) = (buyer.told(), &seller.name);
        let message = format!(
            "partner company `{buyer}` cannot buy from provider `{seller}` directly: it buys from a reseller or a direct-bill partner"
        );
        Finding::new(Reason::ChainNotSupported, buyer, message).fact("customer", buyer).fact("seller", seller)
    })
}

/// A source bans every resale to another partner (`multi_partner_support`, sentence 117). This rule bans only
/// the partner's CSP tenant.
pub static SAL_03: Rule = Rule::deny(
    "SAL-03",
    "services go to a tenant of type Customer, never to a partner's CSP tenant",
    &[Denial::of(
        Reason::TenantIsCspTenant,
        &[Remedy::of("Set up another tenant of type Customer and use that one.")],
    )],
    &[working_with_partners("174-175"), multi_partner_support("117")],
);

/// Judges SAL-03 by the buyer's tenant.
pub fn tenant_must_be_a_customer_tenant(buyer: &Buyer) -> Verdict {
    if buyer.csp_tenant_of.is_none() {
        return Verdict::Holds;
    }
    // The message leaves out the partner's name: the caller may have no right to see that partner.
    let tenant = &buyer.tenant;
    let message = format!(
        "nothing can be sold to tenant `{tenant}`: it is a partner's CSP tenant, not one of type Customer"
    );
    Finding::new(Reason::TenantIsCspTenant, buyer.told(), message).fact("tenant_id", tenant).into()
}

pub static SAL_04: Rule = Rule::deny(
    "SAL-04",
    "no partner of the chain sells to itself as end customer",
    &[Denial::of(
        Reason::SelfSale,
        &[Remedy::of("Buy from a partner that is neither your own company nor an affiliate.")],
    )],
    &[working_with_partners("176-177")],
);

/// Judges SAL-04 for each partner of the chain.
pub fn buyer_must_be_another_company(chain: Chain<'_>, buyer: &Buyer) -> Verdict {
    chain.each(|partner| {
        let company = &partner.organization.name;
        let same_company = buyer.organization.as_ref().is_some_and(|buying| buying.name == *company);
        Verdict::require(!same_company && buyer.tenant != partner.tenant, || {
            let message =
                format!("`{}` cannot sell to `{}`: both are one company", partner.name, buyer.told());
            sale_to_own(Reason::SelfSale, partner, buyer, message)
        })
    })
}

fn sale_to_own(reason: Reason, partner: &Partner, buyer: &Buyer, message: String) -> Finding {
    Finding::new(reason, &partner.name, message).fact("partner", &partner.name).fact("customer", buyer.told())
}

pub static SAL_05: Rule = Rule::deny(
    "SAL-05",
    "no partner of the chain sells to an affiliate of itself",
    &[Denial::of(
        Reason::AffiliateSale,
        &[Remedy::of("Buy from a partner that is neither your own company nor an affiliate.")],
    )],
    &[working_with_partners("177")],
);

/// Judges SAL-05 for each partner of the chain; not applicable while the buyer's company is unknown.
pub fn buyer_must_be_unaffiliated(chain: Chain<'_>, buyer: &Buyer) -> Verdict {
    let Some(buying) = &buyer.organization else { return Verdict::NotApplicable };
    chain.each(|partner| {
        Verdict::require(!partner.organization.is_affiliate_of(buying), || {
            let message = format!(
                "`{}` cannot sell to `{}`: their companies are affiliates",
                partner.name,
                buyer.told()
            );
            sale_to_own(Reason::AffiliateSale, partner, buyer, message)
        })
    })
}
