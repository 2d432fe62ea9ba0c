//! `ImportOffers`: an operator imports offers, all of them or none (rule SUB-01).

use std::collections::{HashMap, HashSet};

use csp_proto::subscription::v1 as pb;
use csp_service::wire::id_of;
use csp_service::{Call, Effect, Fields, Result};
use jiff::Timestamp;

use super::table::OfferRow;
use super::{Offer, parse, table};
use crate::SubscriptionService;

/// Maximum number of offers in one import.
const OFFERS_IMPORTED_MAX: usize = 500;

/// The result of comparing an import with the stored offers.
#[derive(Default)]
struct Outcome {
    written: Vec<OfferRow>,
    effects: Vec<Effect>,
    response: pb::ImportOffersResponse,
}

pub(crate) async fn import(
    service: &SubscriptionService,
    call: &Call,
    request: pb::ImportOffersRequest,
) -> Result<pb::ImportOffersResponse> {
    let imported = read(&request, service.book.now())?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let Outcome { written, effects, response } = compare(&imported, stored(service, &imported).await?)?;

        let mut write = run.write();
        table::write(&mut write, written);
        write.tell_all(effects);
        write.conclude(response).await
    })
    .await
}

fn read(request: &pb::ImportOffersRequest, now: Timestamp) -> Result<Vec<Offer>> {
    let mut fields = Fields::new();
    if fields.number("offers", request.offers.len(), 1..=OFFERS_IMPORTED_MAX).is_none() {
        return fields.finish(|| None);
    }
    let mut names = HashSet::new();
    let mut imported = Vec::new();
    for (at, offer) in request.offers.iter().enumerate() {
        let path = format!("offers[{at}]");
        if !names.insert(offer.name.as_str()) {
            fields.refuse(&format!("{path}.name"), "must be another than those before it");
        }
        imported.push(parse::offer(&mut fields, &path, offer, now));
    }
    fields.finish(|| imported.into_iter().collect())
}

async fn stored(service: &SubscriptionService, imported: &[Offer]) -> Result<HashMap<String, Offer>> {
    let ids: Vec<&str> = imported.iter().map(|offer| offer.row().id.as_str()).collect();
    let mut reader = service.book.store.read_once().await?;
    let rows = table::by_ids(&mut reader, &ids).await?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), Offer::from(row))).collect())
}

/// Finds the offers that are new or changed. Unchanged offers are counted, but not written.
fn compare(imported: &[Offer], stored: HashMap<String, Offer>) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    for offer in imported {
        let name = offer.name();
        let (next, effect) = match stored.get(id_of(&name)) {
            None => {
                outcome.response.created += 1;
                (offer.clone(), Effect::created(&name, offer.row().revision, &offer.render())?)
            }
            Some(before) => {
                let Some(next) = offer.clone().after(before) else {
                    outcome.response.unchanged += 1;
                    continue;
                };
                outcome.response.changed += 1;
                let effect = Effect::changed(&name, next.row().revision, &before.render(), &next.render())?;
                (next, effect)
            }
        };
        outcome.written.push(next.row().clone());
        outcome.effects.push(effect);
    }
    Ok(outcome)
}
