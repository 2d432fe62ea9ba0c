//! The directory of providers.

use super::*;

#[tokio::test]
async fn the_directory_is_written_by_operators_and_searched_by_anyone() {
    let house = House::open().await;
    house.recorded("contoso", PartnerKind::IndirectProvider).await;
    let listing = pb::Listing {
        name: "partners/contoso/listing".to_owned(),
        display_name: "Contoso Distribution".to_owned(),
        countries: vec!["DE".to_owned(), "FR".to_owned()],
        offerings: vec![pb::ProviderOffering::Billing.into()],
        ..Default::default()
    };
    let mask = |paths: &[&str]| prost_types::FieldMask {
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
    };
    let nameless = pb::UpdateListingRequest {
        listing: Some(listing.clone()),
        update_mask: Some(mask(&["countries"])),
        ..Default::default()
    };
    let unnamed = registry::listing::update(&house.registry, &operator(), nameless.clone()).await;
    assert!(
        matches!(unnamed, Err(Fault::Invalid(_))),
        "a listing without a name is not created: {unnamed:?}"
    );
    let request = pb::UpdateListingRequest {
        update_mask: Some(mask(&["display_name", "countries", "offerings"])),
        ..nameless
    };
    let refused =
        registry::listing::update(&house.registry, &admin("contoso.example"), request.clone()).await;
    assert_eq!(reasons(refused), ["LISTING_CHANGED_BY_OPERATOR_ONLY"]);
    for _ in 1..=2 {
        let written = registry::listing::update(&house.registry, &operator(), request.clone()).await.unwrap();
        assert_eq!(written.listing.unwrap().revision, 1, "the same listing again is no change");
    }
    let search = |country: &str, region: &str, text: &str, offering: i32| {
        let filter = pb::ListingFilter {
            country: country.to_owned(),
            region: region.to_owned(),
            text: text.to_owned(),
            offerings: vec![offering],
        };
        pb::SearchProvidersRequest { filter: Some(filter), ..Default::default() }
    };
    for (request, hits) in [
        (search("FR", "regions/europe", "DISTRI", 5), 1),
        (search("", "", "", 5), 1),
        (search("US", "", "", 5), 0),
        (search("", "regions/united-states", "", 5), 0),
        (search("", "", "100%", 5), 0),
        (search("", "", "", 2), 0),
    ] {
        let found =
            registry::listing::read::search(&house.registry, &admin("x"), request.clone()).await.unwrap();
        assert_eq!(found.listings.len(), hits, "{request:?}");
    }
}
