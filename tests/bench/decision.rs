//! The decision itself: an allowed and a refused order.

use std::hint::black_box;
use std::time::Instant;

use csp_policy::boundaries::SubmitOrder;
use csp_policy::{
    Buyer, Capacity, Cloud, Country, Day, Enrollment, MpnId, MpnKind, NamedMpnId, OrderLine, Organization,
    Partner, PartnerKind, Standing, decide,
};

/// Decisions timed.
const DECISIONS: u32 = 500_000;

/// Prints time and allocations of a decision.
pub(crate) fn run() {
    let mut facts = Some(allowed());
    let (took, allocations) = timed(|| {
        let permit = decide(black_box(facts.take().unwrap())).expect("an allowed order");
        facts = Some(permit.into_facts());
    });
    println!(
        "{:<52} {took:>11.0} ns {:>22}",
        "decision, allowed order",
        format!("{allocations} allocations")
    );

    // A refusal takes the facts with it, so the copy that it needs is taken off.
    let refused = SubmitOrder { relationship_active: false, ..allowed() };
    let (copied, copies) = timed(|| drop(black_box(refused.clone())));
    let (took, allocations) = timed(|| drop(black_box(decide(refused.clone())).unwrap_err()));
    let allocations = format!("{} allocations", allocations.saturating_sub(copies));
    println!("{:<52} {:>11.0} ns {allocations:>22}", "decision, refused order (one rule)", took - copied);
}

/// Nanoseconds of one run, and allocations of one run.
fn timed(mut work: impl FnMut()) -> (f64, u64) {
    work();
    let allocations = allocation_counter::measure(&mut work).count_total;
    let start = Instant::now();
    for _ in 0..DECISIONS {
        work();
    }
    (start.elapsed().as_secs_f64() * 1e9 / f64::from(DECISIONS), allocations)
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
        day,
        subject: "orders/o1".to_owned(),
        revisions: Vec::new(),
        recorded: false,
        now: "2026-11-21T12:00:00Z".parse().unwrap(),
        require_reseller: true,
        seller,
        reseller: Some(reseller),
        reseller_mpn_id: Some(NamedMpnId { id: "2001".to_owned(), known: Some(known) }),
        partnership_active: true,
        buyer: Buyer {
            name: "customers/tailspin".to_owned(),
            tenant: "tailspin.tenant".to_owned(),
            cloud: Cloud::Global,
            country: country("IT"),
            organization: None,
            is_partner: false,
            csp_tenant_of: None,
        },
        relationship_active: true,
        customer_agreement_since: Some(day),
        cart: None,
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
        capacity: Some(Capacity::Indirect),
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
