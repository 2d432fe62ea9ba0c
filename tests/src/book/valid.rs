//! The valid book: no row breaks a rule.

use super::Size;
use super::cast::{Cast, Customer, DIRECT_BILL, PROVIDER, Partner, READY, REGIONS, RESELLER, Region};

/// An offer without prerequisites, sold in every country of the book.
pub(crate) const PLAIN: &str = "office-business";
/// An offer that requires [`PLAIN`].
pub(crate) const ADD_ON: &str = "phone-add-on";
/// An offer of which a customer may hold at most 25 seats.
pub(crate) const LIMITED: &str = "remote-help";
/// An offer sold in Germany only.
pub(crate) const GERMAN: &str = "german-archive";

/// The partners of a region.
pub(crate) struct Place {
    pub(crate) region: &'static Region,
    pub(crate) providers: Vec<Partner>,
    pub(crate) direct_bill: Vec<Partner>,
    /// Resellers, each with the index of a provider that it has a partnership with.
    pub(crate) resellers: Vec<(Partner, usize)>,
}

/// The partners of the valid book, by region.
pub(crate) struct World {
    pub(crate) places: Vec<Place>,
}

/// A customer with the partners that sell to it.
struct Served {
    customer: Customer,
    place: usize,
    seller: Partner,
    reseller: Option<Partner>,
}

pub(crate) fn build(cast: &mut Cast, size: Size) -> World {
    let offers = offers(cast, size.offers);
    let places = REGIONS.iter().take(size.regions).map(|region| place(cast, region, size)).collect();
    let world = World { places };
    let served: Vec<Served> = (0..size.customers).map(|at| serve(cast, &world, at)).collect();
    for at in 0..size.orders {
        let Served { customer, seller, reseller, .. } = &served[at % served.len()];
        let lines = lines(cast, &offers);
        cast.order(seller, reseller.as_ref(), customer, &lines);
    }
    for Served { customer, seller, reseller, place } in served.iter().step_by(20) {
        // The base offer first, then the add-on that requires it.
        cast.order(seller, reseller.as_ref(), customer, &format!("{PLAIN}:10"));
        cast.order(seller, reseller.as_ref(), customer, &format!("{ADD_ON}:10;{LIMITED}:5"));
        if world.places[*place].region.countries == ["US"] {
            cast.order(seller, reseller.as_ref(), customer, &format!("{PLAIN}:1:P1M:MONTHLY"));
        }
    }
    for (at, Served { customer, seller, reseller, .. }) in served.iter().enumerate().step_by(9) {
        // An older subscription may lack a reseller, unless the customer is a partner that buys for its own
        // use.
        let reseller = reseller.as_ref().filter(|_| at.is_multiple_of(2) || is_of_a_partner(at));
        let base = cast.subscription(seller, reseller, customer, PLAIN, 20);
        cast.set(base, "unit_price", "7.25");
        cast.set(base, "currency", "EUR");
        let add_on = cast.subscription(seller, reseller, customer, ADD_ON, 20);
        cast.set(add_on, "auto_renew", "no");
    }
    world
}

fn place(cast: &mut Cast, region: &'static Region, size: Size) -> Place {
    let mut partners = |kind, count: usize| -> Vec<Partner> {
        (0..count)
            .map(|_| {
                let country = cast.country(region);
                cast.partner(kind, country, READY)
            })
            .collect()
    };
    let (providers, direct_bill) =
        (partners(PROVIDER, size.providers), partners(DIRECT_BILL, size.direct_bill));
    let resellers = partners(RESELLER, size.resellers);
    let resellers: Vec<_> = resellers
        .into_iter()
        .enumerate()
        .map(|(at, reseller)| {
            let provider = at % providers.len();
            cast.partnership(&providers[provider], &reseller);
            // Many resellers have several providers.
            if at % 3 == 0 && providers.len() > 1 {
                cast.partnership(&providers[(provider + 1) % providers.len()], &reseller);
            }
            if at % 4 == 0 {
                cast.global_mpn_id(&reseller);
            }
            (reseller, provider)
        })
        .collect();
    if let [(one, _), (other, _), ..] = resellers.as_slice() {
        cast.affiliation(&one.organization, &format!("group-of-{}", one.id), "2021-01-01");
        cast.affiliation(&other.organization, &format!("group-of-{}", one.id), "2021-01-01");
        cast.affiliation(&other.organization, "", "2022-07-01");
    }
    Place { region, providers, direct_bill, resellers }
}

/// Whether the customer with this number belongs to a partner, if the customer buys through a reseller.
fn is_of_a_partner(at: usize) -> bool {
    at % 31 == 1
}

/// Adds a customer. One customer in five buys from a direct-bill partner. Some customers belong to a company,
/// some to a partner that buys for its own use.
fn serve(cast: &mut Cast, world: &World, at: usize) -> Served {
    let place = at % world.places.len();
    let Place { region, providers, direct_bill, resellers } = &world.places[place];
    let country = cast.country(region);
    let (seller, reseller) = if at % 5 == 4 {
        (direct_bill[cast.rng.usize(..direct_bill.len())].clone(), None)
    } else {
        let (reseller, provider) = &resellers[cast.rng.usize(..resellers.len())];
        (providers[*provider].clone(), Some(reseller.clone()))
    };
    let customer = cast.customer(&seller, reseller.as_ref(), country);
    if at.is_multiple_of(7) {
        let company = cast.organization(country);
        cast.belongs_to(&customer, &company);
    } else if is_of_a_partner(at) && reseller.is_some() {
        // Rule SAL-02 lets a partner buy through a reseller, for another tenant than its CSP tenant.
        cast.belongs_to(&customer, &direct_bill[0].organization);
    }
    Served { customer, place, seller, reseller }
}

/// Adds offers of first and third parties. Returns the ids of the offers that have no prerequisite, no limit
/// of seats a customer, and no limit to one country.
fn offers(cast: &mut Cast, count: usize) -> Vec<String> {
    let everywhere: Vec<&str> = REGIONS.iter().flat_map(|region| region.countries).copied().collect();
    let everywhere = format!("{};PL", everywhere.join(";"));
    let mut plain = vec![PLAIN.to_owned()];
    offer(cast, PLAIN, &everywhere, "FIRST");
    let add_on = offer(cast, ADD_ON, &everywhere, "FIRST");
    cast.set(add_on, "prerequisites", PLAIN);
    let limited = offer(cast, LIMITED, &everywhere, "FIRST");
    cast.set(limited, "customer_seats_max", "25");
    offer(cast, GERMAN, "DE", "THIRD");
    for at in 4..count {
        let party = if at % 3 == 0 { "THIRD" } else { "FIRST" };
        let id = cast.next("offer");
        offer(cast, &id, &everywhere, party);
        plain.push(id);
    }
    plain
}

fn offer(cast: &mut Cast, id: &str, countries: &str, party: &str) -> usize {
    let publisher = if party == "FIRST" { "Microsoft" } else { "Relecloud, Inc." };
    let price = format!("{}.{:02}", cast.rng.u32(2..90), cast.rng.u32(0..100));
    cast.push(
        "offers",
        id,
        &[],
        [
            ("offer_id", id),
            ("display_name", &id.replace('-', " ")),
            ("publisher", publisher),
            ("party", party),
            ("countries", countries),
            ("unit", "license"),
            ("seat_min", "1"),
            ("seat_max", "300"),
            ("plans", "P1Y:MONTHLY;P1Y:ANNUAL;P1M:MONTHLY"),
            ("currency", "EUR"),
            ("list_price", &price),
        ],
    )
}

fn lines(cast: &mut Cast, offers: &[String]) -> String {
    let count = cast.one_of(&[1, 1, 1, 2, 3]);
    let chosen = cast.rng.choose_multiple(offers.iter(), count);
    let lines = chosen.into_iter().map(|offer| {
        let plan = cast.one_of(&["", "", ":P1Y:ANNUAL", ":P1M:MONTHLY"]);
        format!("{offer}:{}{plan}", cast.rng.u32(1..=50))
    });
    lines.collect::<Vec<_>>().join(";")
}
