//! Time and allocations of one decision by the rules: an allowed order, an allowed increase of seats, and a
//! refused order.

use std::hint::black_box;
use std::time::Instant;

use csp_policy::boundaries::{ChangeQuantity, SubmitOrder};
use csp_policy::{
    Act, Buyer, Caller, Capacity, Cloud, Country, Day, Enrollment, HeldSeats, MpnId, MpnKind, NamedMpnId,
    OrderLine, Organization, Partner, PartnerKind, Party, Sale, Standing, SubscriptionState, decide,
};

/// Samples taken. The median counts, because other load on the machine slows some samples.
const SAMPLES: usize = 201;
/// Decisions of one sample.
const DECISIONS: u32 = 2_000;

/// Prints time and allocations of the decisions.
pub(crate) fn run() {
    let (took, allocations) = timed(allowed(), |facts| decide(facts).expect("an allowed order").into_facts());
    let allocations = format!("{allocations} allocations");
    println!("{:<52} {took:>11.0} ns {allocations:>22}", "decision, allowed order");

    let (took, allocations) =
        timed(increase(), |facts| decide(facts).expect("an allowed increase").into_facts());
    let allocations = format!("{allocations} allocations");
    println!("{:<52} {took:>11.0} ns {allocations:>22}", "decision, allowed increase of seats");

    // A refusal consumes the facts, so each run needs a copy. The cost of the copy is subtracted.
    let refused = SubmitOrder { sale: Sale { relationship_active: false, ..allowed().sale }, ..allowed() };
    let (copied, copies) = timed(refused.clone(), |facts| {
        drop(black_box(facts.clone()));
        facts
    });
    let (took, allocations) = timed(refused, |facts| {
        drop(black_box(decide(facts.clone())).unwrap_err());
        facts
    });
    let allocations = format!("{} allocations", allocations.saturating_sub(copies));
    println!("{:<52} {:>11.0} ns {allocations:>22}", "decision, refused order (one rule)", took - copied);
}

/// Median time of one run of `work` in nanoseconds, and the allocations of one run.
fn timed<F>(mut facts: F, work: impl Fn(F) -> F) -> (f64, u64) {
    let mut samples = Vec::new();
    for _ in 0..SAMPLES {
        let start = Instant::now();
        for _ in 0..DECISIONS {
            // Keeps the compiler from optimising by its knowledge of the facts.
            black_box(&mut facts);
            facts = work(facts);
        }
        samples.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(DECISIONS));
    }
    samples.sort_by(f64::total_cmp);
    let allocations = allocation_counter::measure(|| drop(black_box(work(facts)))).count_total;
    (samples[SAMPLES / 2], allocations)
}

fn allowed() -> SubmitOrder {
    let day: Day = "2026-11-21".parse().unwrap();
    let (seller, reseller) = (
        partner("contoso", PartnerKind::IndirectProvider),
        partner("fabrikam", PartnerKind::IndirectReseller),
    );
    let known =
        MpnId { id: "2001".to_owned(), kind: MpnKind::Location, partner: Some(reseller.name.clone()) };
    SubmitOrder {
        act: Act {
            at: "2026-11-21T12:00:00Z".parse().unwrap(),
            day,
            subject: "orders/o1".to_owned(),
            revisions: Vec::new(),
        },
        recorded: false,
        sale: Sale {
            seller,
            reseller: Some(reseller),
            reseller_account: None,
            reseller_mpn_id: Some(NamedMpnId { id: "2001".to_owned(), known: Some(known) }),
            reseller_required: true,
            partnership_active: true,
            reseller_serves: true,
            buyer: Buyer {
                name: "customers/tailspin".to_owned(),
                tenant: "tailspin.tenant".to_owned(),
                cloud: Cloud::Global,
                country: country("IT"),
                organization: None,
                is_partner: false,
                csp_tenant_of: None,
                identifiers: Vec::new(),
            },
            relationship_active: true,
            customer_agreement_since: Some(day),
            lines: vec![OrderLine {
                offer: "offers/office".to_owned(),
                countries: ["DE", "FR", "IT"].map(country).to_vec(),
                quantity: 25,
                seat_min: 1,
                seat_max: 300,
                customer_seat_max: None,
                seats_held: 0,
                prerequisites: Vec::new(),
                has_prerequisite: false,
            }],
        },
        cart: None,
        capacity: Some(Capacity::Indirect),
    }
}

/// An increase by the seats of the allowed order.
fn increase() -> ChangeQuantity {
    let SubmitOrder { act, sale, .. } = allowed();
    let tenant = sale.seller.tenant.clone();
    ChangeQuantity {
        caller: Caller { party: Party::Partner { tenant }, roles: Vec::new() },
        state: SubscriptionState::Active,
        held: HeldSeats { seats: 5, additions: Vec::new(), term_end: act.at },
        act,
        sale,
    }
}

fn partner(id: &str, kind: PartnerKind) -> Partner {
    Partner {
        name: format!("partners/{id}"),
        kind,
        tenant: format!("{id}.example"),
        cloud: Cloud::Global,
        country: country("DE"),
        organization: Organization { name: format!("organizations/{id}"), affiliation: None },
        enrollment: Enrollment::Authorized,
        standing: Standing::Active,
        onboarded: true,
        agreement_since: Some("2020-03-01".parse().unwrap()),
    }
}

fn country(code: &str) -> Country {
    Country::try_from(code).unwrap()
}
