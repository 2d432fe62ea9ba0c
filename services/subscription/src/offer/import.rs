//! An operator brings offers in: `ImportOffers` (rule SUB-01).

use std::collections::{HashMap, HashSet};

use csp_proto::subscription::v1 as pb;
use csp_service::{Call, Effect, Fields, Result};

use crate::SubscriptionService;
use crate::offer::table;
use crate::offer::table::OfferRow;
use crate::offer::{self, Offer};

/// Offers of one import, at most.
const OFFERS_IMPORTED_MAX: usize = 500;

/// What an import comes down to.
#[derive(Default)]
struct Import {
    written: Vec<OfferRow>,
    effects: Vec<Effect>,
    response: pb::ImportOffersResponse,
}

pub(crate) async fn import(
    service: &SubscriptionService,
    call: &Call,
    request: pb::ImportOffersRequest,
) -> Result<pb::ImportOffersResponse> {
    let imported = parse(&request, service.book.micros())?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let Import { written, effects, response } = plan(&imported, stored(service, &imported).await?)?;
        let mut write = run.write();
        table::write(&mut write, &written);
        write.tell_all(effects);
        write.conclude(response).await
    })
    .await
}

fn parse(request: &pb::ImportOffersRequest, now: i64) -> Result<Vec<Offer>> {
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
        imported.push(Offer::read(&mut fields, &path, offer, now));
    }
    fields.finish(|| imported.into_iter().collect())
}

async fn stored(service: &SubscriptionService, imported: &[Offer]) -> Result<HashMap<String, Offer>> {
    let ids: Vec<&str> = imported.iter().map(|offer| offer.row().id.as_str()).collect();
    let mut reader = service.book.store.read_once().await?;
    let rows = table::by_ids(&mut reader, &ids).await?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), Offer::from(row))).collect())
}

fn plan(imported: &[Offer], stored: HashMap<String, Offer>) -> Result<Import> {
    let mut plan = Import::default();
    for offer in imported {
        let name = offer.name();
        let (next, effect) = match stored.get(offer::id_of(&name)) {
            None => {
                plan.response.created += 1;
                (offer.clone(), Effect::created(&name, offer.row().revision, &offer.render())?)
            }
            Some(before) => {
                let Some(next) = offer.clone().after(before) else {
                    plan.response.unchanged += 1;
                    continue;
                };
                plan.response.changed += 1;
                let effect = Effect::changed(&name, next.row().revision, &before.render(), &next.render())?;
                (next, effect)
            }
        };
        plan.written.push(next.row().clone());
        plan.effects.push(effect);
    }
    Ok(plan)
}
