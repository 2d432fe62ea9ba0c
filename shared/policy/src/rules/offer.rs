//! The requirements of an offer on a sale: SUB-07 and SUB-08.

use crate::source::{OFFERS, document};
use crate::{Buyer, Country, Denial, Finding, OrderLine, Partner, Reason, Remedy, Rule, Verdict};

pub static SUB_07: Rule = Rule::deny(
    "SUB-07",
    "an offer is sold in the partner's and in the customer's country",
    &[Denial::of(
        Reason::OfferNotInCountry,
        &[Remedy::of("Choose an offer that is sold in both countries.")],
    )],
    &[OFFERS],
);

/// Judges SUB-07 for each order line.
pub fn offers_must_be_sold_in_both_countries(
    lines: &[OrderLine],
    seller: &Partner,
    buyer: &Buyer,
) -> Verdict {
    each_line(lines, |index, line| {
        let of_seller = Verdict::require(line.countries.contains(&seller.country), || {
            not_sold(index, line, &seller.name, seller.country)
        });
        // One breach for each country: a second breach for the same country would only repeat the first.
        if buyer.country == seller.country {
            of_seller
        } else {
            of_seller.and(Verdict::require(line.countries.contains(&buyer.country), || {
                not_sold(index, line, buyer.told(), buyer.country)
            }))
        }
    })
}

fn not_sold(index: u32, line: &OrderLine, party: &str, country: Country) -> Finding {
    let offer = &line.offer;
    let message = format!("offer `{offer}` is not sold in country `{country}` of `{party}`");
    Finding::new(Reason::OfferNotInCountry, offer, message)
        .fact("offer", offer)
        .fact("country", country)
        .fact("party", party)
        .on_line(index)
}

fn each_line(lines: &[OrderLine], mut judge: impl FnMut(u32, &OrderLine) -> Verdict) -> Verdict {
    Verdict::all((0u32..).zip(lines).map(|(index, line)| judge(index, line)))
}

pub static SUB_08: Rule = Rule::deny(
    "SUB-08",
    "a quantity lies within the offer's seat range and per-customer limit, and an add-on has an active base \
     subscription",
    &[
        Denial::of(
            Reason::QuantityOutOfRange,
            &[Remedy::of("Choose a quantity within the offer's seat range.")],
        ),
        Denial::of(Reason::OfferLimitReached, &[Remedy::of("Choose fewer seats, or another offer.")]),
        Denial::of(
            Reason::PrerequisiteMissing,
            &[Remedy::by("SubmitOrder", "Order a base subscription first, or in the same order.")],
        ),
    ],
    &[OFFERS, document("New commerce add-ons")],
);

/// Judges SUB-08 by the offer's seat range for each order line; both ends belong to the range.
pub fn quantities_must_be_in_range(lines: &[OrderLine]) -> Verdict {
    each_line(lines, |index, line| {
        let OrderLine { offer, quantity, seat_min, seat_max, .. } = line;
        Verdict::require((seat_min..=seat_max).contains(&quantity), || {
            let message = format!(
                "quantity `{quantity}` of offer `{offer}` is outside its range of {seat_min} to {seat_max} seats"
            );
            Finding::new(Reason::QuantityOutOfRange, offer, message)
                .fact("offer", offer)
                .fact("quantity", quantity)
                .fact("seat_min", seat_min)
                .fact("seat_max", seat_max)
                .on_line(index)
        })
    })
}

/// Judges SUB-08 by the minimum of seats for a subscription that keeps fewer seats than `before`; not
/// applicable to other changes. The maximum is not judged: fewer seats than before are allowed above it.
pub fn seats_left_must_reach_the_minimum(before: u32, lines: &[OrderLine]) -> Verdict {
    each_line(lines, |index, line| {
        let OrderLine { offer, quantity, seat_min, .. } = line;
        if *quantity >= before {
            return Verdict::NotApplicable;
        }
        Verdict::require(quantity >= seat_min, || {
            let message =
                format!("quantity `{quantity}` of offer `{offer}` is below its minimum of {seat_min} seats");
            Finding::new(Reason::QuantityOutOfRange, offer, message)
                .fact("offer", offer)
                .fact("quantity", quantity)
                .fact("seat_min", seat_min)
                .on_line(index)
        })
    })
}

/// Judges SUB-08 by the offer's limit for one customer; order lines of the same offer add up.
pub fn customer_limits_must_hold(lines: &[OrderLine], buyer: &Buyer) -> Verdict {
    each_line(lines, |index, line| {
        let Some(limit) = line.customer_seat_max else { return Verdict::NotApplicable };
        let seats = u64::from(line.seats_held) + seats_so_far(lines, index, line);
        Verdict::require(seats <= u64::from(limit), || {
            let (offer, customer) = (&line.offer, buyer.told());
            let message = format!(
                "customer `{customer}` would hold `{seats}` seats of offer `{offer}`: the limit is {limit}"
            );
            Finding::new(Reason::OfferLimitReached, offer, message)
                .fact("customer", customer)
                .fact("offer", offer)
                .fact("seats", seats)
                .fact("limit", limit)
                .on_line(index)
        })
    })
}

fn seats_so_far(lines: &[OrderLine], index: u32, line: &OrderLine) -> u64 {
    (0..=index)
        .zip(lines)
        .filter(|(_, other)| other.offer == line.offer)
        .map(|(_, other)| u64::from(other.quantity))
        .sum()
}

/// Judges SUB-08 by the base of each add-on; not applicable to offers that stand alone.
pub fn add_ons_must_have_a_base(lines: &[OrderLine], buyer: &Buyer) -> Verdict {
    each_line(lines, |index, line| {
        if line.prerequisites.is_empty() {
            return Verdict::NotApplicable;
        }
        Verdict::require(line.has_prerequisite, || {
            let (offer, customer, bases) = (&line.offer, buyer.told(), line.prerequisites.join(", "));
            let message = format!(
                "add-on `{offer}` needs an active base subscription of `{customer}`, one of `{bases}`"
            );
            Finding::new(Reason::PrerequisiteMissing, offer, message)
                .fact("offer", offer)
                .fact("customer", customer)
                .fact("prerequisites", bases)
                .on_line(index)
        })
    })
}
