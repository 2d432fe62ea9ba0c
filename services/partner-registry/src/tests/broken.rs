//! Corrupt rows, and previews that store nothing.

use csp_proto::internal::partner_registry::v1 as internal;
use csp_store::Change;

use super::*;

#[tokio::test]
async fn a_corrupt_value_fails_the_read_and_is_reported_with_its_row_and_column() {
    for (ruin, cause) in [
        ("UPDATE partner SET country = 'Italy'", "partner `contoso` holds `Italy` in country"),
        ("UPDATE partner SET capabilities = 'BILLING,KING'", "holds `BILLING,KING` in capabilities"),
        ("UPDATE partner SET create_time = 9000000000000000000", "in create_time"),
        ("UPDATE partner SET region = 'Atlantis'", "holds `Atlantis` in region"),
    ] {
        let house = House::open().await;
        house.recorded("contoso", PartnerKind::IndirectProvider).await;
        let mut tx = house.registry.store().write();
        tx.put(Change::new(ruin));
        tx.commit().await.unwrap();
        let broken = format!("{:?}", house.read(&operator(), "contoso").await.unwrap_err());
        assert!(broken.contains(cause), "{ruin}: {broken}");
    }
}

#[tokio::test]
async fn a_preview_answers_like_its_command_and_stores_nothing() {
    let house = House::open().await;
    house.recorded("fabrikam", PartnerKind::IndirectReseller).await;
    let request = pb::CreateUserRequest {
        parent: "partners/fabrikam".to_owned(),
        user_id: "bo".to_owned(),
        subject: "bo".to_owned(),
        display_name: "Bo".to_owned(),
        email: "bo@fabrikam.example".to_owned(),
        roles: role_set(&[]),
        ..Default::default()
    };
    let preview = pb::CreateUserRequest { validate_only: true, ..request.clone() };
    let previewed = registry::user::create(&house.registry, &operator(), preview).await.unwrap();
    let added = registry::user::create(&house.registry, &operator(), request).await.unwrap();
    let unwritten = |user: pb::User| pb::User {
        etag: String::new(),
        revision: 0,
        create_time: None,
        update_time: None,
        ..user
    };
    assert_eq!(previewed.user, added.user.map(unwritten));

    let affiliate = pb::SetAffiliationRequest {
        name: "organizations/fabrikam".to_owned(),
        group: Some("affiliationGroups/g".to_owned()),
        ..Default::default()
    };
    let preview = pb::SetAffiliationRequest { validate_only: true, ..affiliate.clone() };
    // A preview writes no revision, so it shows none, and the command after it writes the second.
    for (request, revision) in [(preview, 0), (affiliate.clone(), 2)] {
        let set = registry::organization::set_affiliation(&house.registry, &operator(), request).await;
        assert_eq!(set.unwrap().organization.unwrap().revision, revision);
    }
    let again = registry::organization::set_affiliation(&house.registry, &operator(), affiliate).await;
    assert_eq!(again.unwrap().organization.unwrap().revision, 2, "a repeat changes nothing");
}

#[tokio::test]
async fn a_look_up_fails_for_an_account_whose_company_row_is_missing() {
    let house = House::open().await;
    house.recorded("contoso", PartnerKind::IndirectProvider).await;
    let mut tx = house.registry.store().write();
    tx.put(Change::new("DELETE FROM organization"));
    tx.commit().await.unwrap();
    let request = internal::GetFactsRequest {
        as_of_date: "2026-11-21".to_owned(),
        partners: vec!["partners/contoso".to_owned()],
        ..Default::default()
    };
    let broken = format!("{:?}", registry::facts::get(&house.registry, request).await.unwrap_err());
    assert!(broken.contains("in company_id"), "{broken}");
}
