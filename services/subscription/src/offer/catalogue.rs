//! What this service knows of a sale by itself: the offers of its lines, and what the customer holds of them.

use csp_policy::{self as policy, Revision};
use csp_service::order::OrderLine;
use csp_service::wire::id_of;
use csp_service::{Fault, Result};
use jiff::Timestamp;

use super::table::CountedRow;
use super::{Offer, TYPE, table};
use crate::SubscriptionService;
use crate::holding::table::{SeatsHeld, seats_held};
use crate::holding::{Base, Holdings, Increase};
use crate::order::line::PricedLine;

/// Offers, and what one customer holds of them.
pub(crate) struct Catalogue {
    offers: Vec<Counted>,
    held: Vec<SeatsHeld>,
}

/// An offer, and how often what the customer holds of it was increased.
struct Counted {
    offer: Offer,
    increases: i64,
}

impl Catalogue {
    /// Reads the offers of that name, and what the customer holds at `now` of those that have a limit and of
    /// prerequisites; `except` is the id of a subscription that is left aside.
    ///
    /// Increases are counted before seats are: one that comes in between is not among the increases, and the write
    /// loses its race.
    pub(crate) async fn read(
        service: &SubscriptionService,
        customer: &str,
        except: &str,
        names: impl Iterator<Item = &str>,
        now: Timestamp,
    ) -> Result<Catalogue> {
        let mut ids: Vec<&str> = names.map(id_of).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut reader = service.book.store.read_once().await?;
        let rows = table::counted(&mut reader, customer, &ids).await?;
        let offers: Vec<Counted> = rows.into_iter().map(Counted::from).collect();
        let limited = offers.iter().filter(|counted| counted.offer.customer_seat_max().is_some());
        let limited: Vec<String> = limited.map(|counted| counted.offer.name()).collect();
        let bases = offers.iter().flat_map(|counted| counted.offer.prerequisites());
        let mut asked: Vec<&str> = limited.iter().chain(bases).map(String::as_str).collect();
        asked.sort_unstable();
        asked.dedup();
        let held = if asked.is_empty() {
            Vec::new()
        } else {
            seats_held(&mut reader, customer, except, now, &asked).await?
        };
        Ok(Catalogue { offers, held })
    }

    /// The lines with plans and prices. `path_of` says where the caller named each.
    pub(crate) fn priced(
        &self,
        path_of: impl Fn(usize) -> String,
        lines: &[OrderLine],
    ) -> Result<Vec<PricedLine>> {
        let numbered = lines.iter().enumerate();
        let price =
            |(at, line): (usize, &OrderLine)| PricedLine::of(line, &path_of(at), self.offer(&line.offer)?);
        numbered.map(price).collect()
    }

    /// The lines as the rule book judges them. A withdrawn offer is sold in no country.
    pub(crate) fn facts(&self, lines: &[PricedLine]) -> Result<Vec<policy::OrderLine>> {
        let ordered: Vec<&str> = lines.iter().map(|priced| priced.offer.as_str()).collect();
        lines.iter().map(|priced| self.fact(&priced.offer, priced.quantity, &ordered)).collect()
    }

    /// The same of what was sold before: where its offer was sold, whether it is withdrawn by now or not.
    pub(crate) fn recorded_facts(&self, lines: &[PricedLine]) -> Result<Vec<policy::OrderLine>> {
        let mut facts = self.facts(lines)?;
        for fact in &mut facts {
            fact.countries = self.offer(&fact.offer)?.countries_before_withdrawal();
        }
        Ok(facts)
    }

    /// One line as the rule book judges it, in an order that brings the offers `ordered`.
    pub(crate) fn fact(&self, name: &str, quantity: u32, ordered: &[&str]) -> Result<policy::OrderLine> {
        let offer = self.offer(name)?;
        let prerequisites = offer.prerequisites();
        let is_there = |base: &String| {
            ordered.contains(&base.as_str()) || self.held(base).is_some_and(|held| held.active > 0)
        };
        Ok(policy::OrderLine {
            offer: name.to_owned(),
            countries: offer.countries(),
            quantity,
            seat_min: offer.row().seat_min.0,
            seat_max: offer.row().seat_max.0,
            customer_seat_max: offer.customer_seat_max(),
            seats_held: self.held(name).map_or(0, |held| u32::try_from(held.seats).unwrap_or(u32::MAX)),
            has_prerequisite: prerequisites.iter().any(is_there),
            prerequisites: prerequisites.to_vec(),
        })
    }

    /// What a sale of all those offers counts up, each offer once, and the active bases that its add-ons rest on, where
    /// it does not bring one itself.
    pub(crate) fn holdings(&self) -> Holdings {
        let increase = |Counted { offer, increases }: &Counted| Increase {
            offer: offer.name(),
            offer_revision: offer.row().revision,
            read: offer.customer_seat_max().map(|_| *increases),
        };
        let is_sold = |offer: &String| self.offers.iter().any(|counted| counted.offer.name() == *offer);
        let base = |Counted { offer, .. }: &Counted| {
            let bases = offer.prerequisites();
            let brings_one = bases.iter().any(is_sold);
            let held = bases.iter().filter(|_| !brings_one).filter_map(|base| self.held(base));
            let active = held.into_iter().find(|held| held.active > 0);
            active.map(|held| Base { offer: held.offer.clone(), changes: held.changes })
        };
        let mut bases: Vec<Base> = self.offers.iter().filter_map(base).collect();
        bases.sort_unstable();
        bases.dedup();
        Holdings { increases: self.offers.iter().map(increase).collect(), bases }
    }

    /// What was read, for the decision.
    pub(crate) fn revisions(&self) -> impl Iterator<Item = Revision> {
        self.offers.iter().map(|counted| counted.offer.revision())
    }

    fn offer(&self, name: &str) -> Result<&Offer> {
        let mut offers = self.offers.iter().map(|counted| &counted.offer);
        let found = offers.find(|offer| offer.row().id == id_of(name));
        found.ok_or_else(|| Fault::not_found(TYPE, name))
    }

    fn held(&self, offer: &str) -> Option<&SeatsHeld> {
        self.held.iter().find(|held| held.offer == offer)
    }
}

impl From<CountedRow> for Counted {
    fn from(row: CountedRow) -> Self {
        Counted { offer: Offer::from(row.offer), increases: row.increases }
    }
}
