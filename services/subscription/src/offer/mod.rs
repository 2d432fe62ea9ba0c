//! An offer: what can be subscribed to, in versions (rule SUB-01).

pub(crate) mod catalogue;
mod import;
pub(crate) mod parse;
pub(crate) mod plan;
mod read;
mod spaced;
pub(crate) mod table;

#[cfg(test)]
mod tests;

pub(crate) use self::import::import;
pub(crate) use self::read::{get, list};

use csp_policy::{Country, Revision};
use csp_proto::subscription::v1::{self as pb, BillingCycle, Term};
use csp_proto::r#type::v1::Money;
use csp_service::{etag, wire};

use self::plan::Plan;
use self::table::OfferRow;

/// Collection of the resource name.
pub(crate) const COLLECTION: &str = "offers";
/// What kind of resource it is, in errors.
pub(crate) const TYPE: &str = "offer";

/// An offer in one version.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    row: OfferRow,
}

impl Offer {
    /// This import as the version after `stored`; `None` when it differs in nothing.
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

    /// What was read of it, for the decision.
    pub(crate) fn revision(&self) -> Revision {
        Revision { resource: self.name(), revision: self.row.revision }
    }

    /// The plan that fits a wish, where the unset part of the wish takes the first that is offered.
    pub(crate) fn plan(&self, term: Option<Term>, cycle: Option<BillingCycle>) -> Option<Plan> {
        let fits = |plan: &&Plan| {
            term.is_none_or(|term| plan.term == term) && cycle.is_none_or(|cycle| plan.billing_cycle == cycle)
        };
        self.row.plans.0.iter().find(fits).copied()
    }

    /// Countries in which it is sold: none once it is withdrawn.
    pub(crate) fn countries(&self) -> Vec<Country> {
        if self.row.withdrawn { Vec::new() } else { self.countries_before_withdrawal() }
    }

    /// Countries in which it is sold, or was until it was withdrawn.
    pub(crate) fn countries_before_withdrawal(&self) -> Vec<Country> {
        self.row.countries.0.clone()
    }

    /// Base offers of which the customer needs one.
    pub(crate) fn prerequisites(&self) -> &[String] {
        &self.row.prerequisites.0
    }

    /// Most seats that one customer may hold.
    pub(crate) fn customer_seat_max(&self) -> Option<u32> {
        Some(self.row.customer_seats_max.0).filter(|limit| *limit > 0)
    }

    /// As the contract shows it.
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
            customer_seats_max: row.customer_seats_max.wire(),
            prerequisites: row.prerequisites.0.clone(),
            plans: row.plans.0.iter().copied().map(Plan::render).collect(),
            list_price: Some(Money { currency: row.currency.clone(), micros: row.list_price }),
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
