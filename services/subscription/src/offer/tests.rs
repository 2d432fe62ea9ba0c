//! Offers have versions, and an import succeeds as a whole or not at all.

use csp_policy::Caller;
use csp_proto::subscription::v1 as pb;
use csp_service::{Call, Fault, Result};

use crate::fixtures::{World, agent, line, offer, order, world};
use crate::offer;
use crate::order::tests::{buy, reasons};

async fn import(world: &World, offers: Vec<pb::Offer>) -> Result<(i32, i32, i32)> {
    let call = Call::made_by(Caller::operator(), "op", "ImportOffers");
    let request = pb::ImportOffersRequest { offers, ..Default::default() };
    let answer = offer::import(&world.service, &call, request).await?;
    Ok((answer.created, answer.changed, answer.unchanged))
}

#[tokio::test]
async fn a_changed_offer_becomes_its_next_version() {
    let world = world().await;
    assert_eq!(import(&world, vec![offer("mail"), offer("archive")]).await.unwrap(), (2, 0, 0));
    world.pass(1);
    let dearer = pb::Offer { seat_max: 500, ..offer("mail") };
    assert_eq!(import(&world, vec![dearer, offer("archive"), offer("new")]).await.unwrap(), (1, 1, 1));
    let get = pb::GetOfferRequest { name: "offers/mail".to_owned() };
    let mail = offer::get(&world.service, get).await.unwrap().offer.unwrap();
    assert_eq!((mail.revision, mail.seat_max), (2, 500));
    assert!(mail.create_time.unwrap().seconds < mail.update_time.unwrap().seconds);
    assert_eq!(mail.plans.len(), 2);
}

#[tokio::test]
async fn one_malformed_offer_rejects_the_whole_import() {
    let world = world().await;
    let broken = pb::Offer {
        seat_min: 0,
        plans: Vec::new(),
        prerequisites: vec!["offers/mail".to_owned()],
        ..offer("mail")
    };
    let Err(Fault::Invalid(violations)) = import(&world, vec![offer("other"), broken]).await else {
        panic!("accepted")
    };
    let fields: Vec<_> = violations.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(fields, ["offers[1].seat_min", "offers[1].prerequisites[0]", "offers[1].plans"]);
    let get = pb::GetOfferRequest { name: "offers/other".to_owned() };
    assert!(matches!(offer::get(&world.service, get).await, Err(Fault::NotFound { .. })));
}

#[tokio::test]
async fn offers_are_listed_by_country_and_party() {
    let world = world().await;
    let german = pb::Offer { countries: vec!["DE".to_owned()], ..offer("german") };
    let theirs = pb::Offer { party: pb::OfferParty::Third.into(), ..offer("theirs") };
    import(&world, vec![offer("mail"), german, theirs]).await.unwrap();
    let call = agent("fabrikam", "ListOffers");
    for (country, party, names) in [
        ("", pb::OfferParty::Unspecified, vec!["offers/german", "offers/mail", "offers/theirs"]),
        ("DE", pb::OfferParty::Unspecified, vec!["offers/german"]),
        ("IT", pb::OfferParty::Third, vec!["offers/theirs"]),
        ("US", pb::OfferParty::Unspecified, vec![]),
    ] {
        let filter = pb::OfferFilter { country: country.to_owned(), party: party.into(), withdrawn: false };
        let request = pb::ListOffersRequest { filter: Some(filter), ..Default::default() };
        let listed = offer::list(&world.service, &call, request).await.unwrap().offers;
        assert_eq!(listed.iter().map(|offer| offer.name.as_str()).collect::<Vec<_>>(), names);
    }
}

#[tokio::test]
async fn a_withdrawn_offer_is_sold_nowhere() {
    let world = world().await;
    import(&world, vec![pb::Offer { withdrawn: true, ..offer("mail") }]).await.unwrap();
    for (withdrawn, count) in [(false, 0), (true, 1)] {
        let filter = pb::OfferFilter { withdrawn, ..Default::default() };
        let request = pb::ListOffersRequest { filter: Some(filter), ..Default::default() };
        let listed = offer::list(&world.service, &agent("contoso", "ListOffers"), request).await.unwrap();
        assert_eq!(listed.offers.len(), count, "{withdrawn}");
    }
    let refused = buy(&world, order(vec![line("mail", 1)])).await.unwrap_err();
    assert_eq!(reasons(&refused), ["OFFER_NOT_IN_COUNTRY", "OFFER_NOT_IN_COUNTRY"]);
}
