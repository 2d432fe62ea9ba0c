//! An offer: a product that customers subscribe to, in versions (rule SUB-01).

pub(crate) mod catalogue;
mod import;
pub(crate) mod parse;
pub(crate) mod plan;
mod read;
pub(crate) mod spaced;
pub(crate) mod table;

#[cfg(test)]
mod tests;

pub(crate) use self::import::import;
pub(crate) use self::read::{get, list};

use csp_policy::{Country, Revision};
use csp_proto::subscription::v1::{self as pb, BillingCycle, Term};
use csp_service::{etag, wire};

use self::plan::Plan;
use self::table::OfferRow;
use crate::seats::Seats;

/// Collection of the resource name.
pub(crate) const COLLECTION: &str = "offers";
/// Resource type in errors.
pub(crate) const TYPE: &str = "offer";

/// One version of an offer.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    row: OfferRow,
}

impl Offer {
    /// The imported offer as the version after `stored`; `None` when nothing differs.
    pub(crate) fn after(mut self, stored: &Offer) -> Option<Offer> {
        let (old, new) = (&stored.row, &mut self.row);
        let imported = new.update_time;
        (new.revision, new.create_time, new.update_time) = (old.revision, old.create_time, old.update_time);
        if new == old {
            return None;
        }
        new.revision += 1;
        new.update_time = imported;
        Some(self)
    }

    pub(crate) fn name(&self) -> String {
        format!("{COLLECTION}/{}", self.row.id)
    }

    pub(crate) fn row(&self) -> &OfferRow {
        &self.row
    }

    /// The revision that was read, for the decision.
    pub(crate) fn revision(&self) -> Revision {
        Revision::undated(self.name(), self.row.revision)
    }

    /// The first plan with that term and billing cycle; `None` for a term or a cycle matches any.
    pub(crate) fn plan(&self, term: Option<Term>, cycle: Option<BillingCycle>) -> Option<Plan> {
        let fits = |plan: &&Plan| {
            term.is_none_or(|term| plan.term == term) && cycle.is_none_or(|cycle| plan.billing_cycle == cycle)
        };
        self.row.plans.0.iter().find(fits).copied()
    }

    /// Countries in which the offer is sold: none when the offer is withdrawn.
    pub(crate) fn countries(&self) -> Vec<Country> {
        if self.row.withdrawn { Vec::new() } else { self.countries_before_withdrawal() }
    }

    /// Countries in which the offer is sold, or was sold before it was withdrawn.
    pub(crate) fn countries_before_withdrawal(&self) -> Vec<Country> {
        self.row.countries.0.clone()
    }

    /// Resource names of base offers: the customer needs an active subscription of one of them. Empty for an
    /// offer that is not an add-on.
    pub(crate) fn prerequisites(&self) -> &[String] {
        &self.row.prerequisites.0
    }

    /// Maximum number of seats that one customer may hold; `None` for no limit.
    pub(crate) fn customer_seat_max(&self) -> Option<u32> {
        Some(self.row.customer_seats_max.0).filter(|limit| *limit > 0)
    }

    /// Resource names of the offers to which a subscription can be upgraded.
    pub(crate) fn upgrade_targets(&self) -> &[String] {
        &self.row.upgrade_targets.0
    }

    pub(crate) fn render(&self) -> pb::Offer {
        let row = &self.row;
        pb::Offer {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(wire::timestamp(row.create_time)),
            update_time: Some(wire::timestamp(row.update_time)),
            display_name: row.display_name.clone(),
            publisher: row.publisher.clone(),
            party: row.party.0.into(),
            countries: row.countries.0.iter().map(Country::to_string).collect(),
            unit: row.unit.clone(),
            seat_min: row.seat_min.wire(),
            seat_max: row.seat_max.wire(),
            customer_seats_max: self.customer_seat_max().map(|limit| Seats(limit).wire()),
            prerequisites: row.prerequisites.0.clone(),
            plans: row.plans.0.iter().copied().map(Plan::render).collect(),
            list_price: Some(wire::money(&row.currency, row.list_price)),
            upgrade_targets: row.upgrade_targets.0.clone(),
            withdrawn: row.withdrawn,
        }
    }
}

impl From<OfferRow> for Offer {
    fn from(row: OfferRow) -> Self {
        Offer { row }
    }
}
