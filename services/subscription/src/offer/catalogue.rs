//! The facts of a sale from this service's own database: the offers of the lines, and the customer's holdings
//! of them.

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

/// Offers, and one customer's holdings of them and of their prerequisites.
pub(crate) struct Catalogue {
    offers: Vec<Counted>,
    held: Vec<SeatsHeld>,
}

/// An offer, with the revision of the customer's seat counter for the offer.
struct Counted {
    offer: Offer,
    /// 0 when the customer has no counter for the offer.
    counter_revision: i64,
}

impl Catalogue {
    /// Reads the offers `names`, and counts the customer's seats at `now` of offers with a limit and of
    /// prerequisites. The subscription with the id `except` is not counted. Unknown offers are left out:
    /// [`Catalogue::priced`] refuses their lines.
    ///
    /// The holdings' revisions are read before the seats are counted. An increase between the two reads makes
    /// the write lose its race, because the revision that was read is outdated.
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

    /// Adds plans and prices to the lines. `path_of` gives the path of a line's field in the request.
    ///
    /// # Errors
    /// [`Fault::NotFound`] for an unknown offer, [`Fault::Invalid`] for a line without a fitting plan.
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

    /// The lines as facts of the policy. A withdrawn offer has no countries.
    pub(crate) fn facts(&self, lines: &[PricedLine]) -> Result<Vec<policy::OrderLine>> {
        let ordered: Vec<&str> = lines.iter().map(|priced| priced.offer.as_str()).collect();
        lines.iter().map(|priced| self.fact(&priced.offer, priced.quantity, &ordered)).collect()
    }

    /// The lines of a recorded sale as facts of the policy. A withdrawn offer keeps its countries, because it
    /// may have been withdrawn after the sale.
    pub(crate) fn recorded_facts(&self, lines: &[PricedLine]) -> Result<Vec<policy::OrderLine>> {
        let mut facts = self.facts(lines)?;
        for fact in &mut facts {
            fact.countries = self.offer(&fact.offer)?.countries_before_withdrawal();
        }
        Ok(facts)
    }

    /// The line of a subscription that would have `quantity` seats. An offer that was withdrawn in the term
    /// that began at `term_start` keeps its countries: until that term ends, seats may be added.
    pub(crate) fn more(&self, name: &str, quantity: u32, term_start: Timestamp) -> Result<policy::OrderLine> {
        let offer = self.offer(name)?;
        let line = self.fact(name, quantity, &[])?;
        let is_kept = offer.row().update_time >= term_start;
        let countries = if is_kept { offer.countries_before_withdrawal() } else { line.countries };
        Ok(policy::OrderLine { countries, ..line })
    }

    /// One line as a fact of the policy. `ordered` names the offers of the whole order: they count as
    /// prerequisites too.
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

    /// The effect on the customer's holdings of a sale of all the offers. An add-on's base is listed only
    /// when the sale contains none of the add-on's prerequisites.
    pub(crate) fn holdings(&self) -> Holdings {
        let increase = |Counted { offer, counter_revision }: &Counted| Increase {
            offer: offer.name(),
            offer_revision: offer.row().revision,
            read: offer.customer_seat_max().map(|_| *counter_revision),
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

    /// The revisions of the offers and holdings that were read, for the decision.
    pub(crate) fn revisions(&self) -> impl Iterator<Item = Revision> {
        let offers = self.offers.iter().map(|counted| counted.offer.revision());
        offers.chain(self.held.iter().flat_map(|held| held.read.clone()))
    }

    /// The offer with this name.
    ///
    /// # Errors
    /// [`Fault::NotFound`] for an unknown offer.
    pub(crate) fn offer(&self, name: &str) -> Result<&Offer> {
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
        Counted { offer: Offer::from(row.offer), counter_revision: row.counter_revision }
    }
}
