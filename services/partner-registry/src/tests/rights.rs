//! Who grants which roles, which signature a record corrects, what a refusal hides, and the limit on users.

use super::*;

impl House {
    async fn record_signature(&self, id: &str, date: &str) -> pb::PartnerAgreement {
        let request = pb::RecordPartnerAgreementRequest {
            name: format!("partners/{id}/agreement"),
            text_version: format!("of {date}"),
            signer_name: "Bo".to_owned(),
            evidence: Some(Evidence { establish_date: date.to_owned(), source: "paper".to_owned() }),
            ..Default::default()
        };
        let recorded = registry::agreement::record(&self.registry, &operator(), request).await;
        recorded.unwrap().agreement.unwrap()
    }

    async fn create_user(
        &self,
        caller: &Call,
        id: &str,
        role: policy::Role,
    ) -> Result<pb::CreateUserResponse> {
        let request = pb::CreateUserRequest {
            parent: "partners/fabrikam".to_owned(),
            user_id: id.to_owned(),
            subject: id.to_owned(),
            display_name: id.to_owned(),
            email: format!("{id}@fabrikam.example"),
            roles: role_set(&[role]),
            ..Default::default()
        };
        registry::user::create(&self.registry, caller, request).await
    }

    async fn delete_user(&self, caller: &Call, id: &str) -> Result<pb::DeleteUserResponse> {
        let request =
            pb::DeleteUserRequest { name: format!("partners/fabrikam/users/{id}"), ..Default::default() };
        registry::user::delete(&self.registry, caller, request).await
    }

    async fn set_roles(
        &self,
        caller: &Call,
        id: &str,
        roles: &[policy::Role],
    ) -> Result<pb::SetUserRolesResponse> {
        let request = pb::SetUserRolesRequest {
            name: format!("partners/fabrikam/users/{id}"),
            roles: role_set(roles),
            ..Default::default()
        };
        registry::user::set_roles(&self.registry, caller, request).await
    }
}

#[tokio::test]
async fn a_record_of_an_earlier_signature_corrects_the_later_one() {
    let house = House::open().await;
    house.recorded("contoso", PartnerKind::DirectBill).await;
    house.mpn_id("1", "contoso").await;
    house.associate("contoso", "1").await.unwrap();
    let first = house.sign("contoso").await.unwrap().agreement.unwrap();
    assert_eq!((first.sign_date.as_str(), first.revision), ("2026-11-21", 1));

    let earlier = house.record_signature("contoso", "2021-03-01").await;
    assert_eq!((&earlier.name, earlier.revision), (&first.name, 2));
    assert_eq!((earlier.sign_date.as_str(), earlier.signer_name.as_str()), ("2021-03-01", "Bo"));
    for date in ["2021-03-01", "2022-01-01"] {
        assert_eq!(house.record_signature("contoso", date).await, earlier, "{date}");
    }
    assert_eq!(house.sign("contoso").await.unwrap().agreement.unwrap(), earlier);
    let earliest = house.record_signature("contoso", "2020-02-01").await;
    assert_eq!((earliest.revision, earliest.evidence.unwrap().establish_date.as_str()), (3, "2020-02-01"));
    let mut reader = house.registry.store().read_once().await.unwrap();
    let entries = journal::of_resource(&mut reader, &first.name, journal::START, 100).await.unwrap();
    let revisions: Vec<_> = entries.iter().map(|entry| entry.revision).collect();
    assert_eq!(revisions, [1, 2, 3]);
}

#[tokio::test]
async fn only_global_admins_and_operators_grant_and_take_the_role_global_admin() {
    use policy::Role::{GlobalAdmin, SalesAgent};
    let house = House::open().await;
    house.recorded("fabrikam", PartnerKind::IndirectReseller).await;
    let own = admin("fabrikam.example");
    let user_admin = call(Caller {
        party: Party::Partner { tenant: "fabrikam.example".to_owned() },
        roles: vec![Role::UserAdmin],
    });
    assert_eq!(reasons(house.create_user(&user_admin, "bo", GlobalAdmin).await), ["ROLE_NOT_GRANTABLE"]);
    house.create_user(&user_admin, "bo", SalesAgent).await.unwrap();
    assert_eq!(reasons(house.set_roles(&user_admin, "bo", &[GlobalAdmin]).await), ["ROLE_NOT_GRANTABLE"]);
    house.set_roles(&own, "bo", &[GlobalAdmin, SalesAgent]).await.unwrap();
    house.create_user(&own, "cy", GlobalAdmin).await.unwrap();
    assert_eq!(reasons(house.set_roles(&user_admin, "bo", &[]).await), ["ROLE_NOT_GRANTABLE"]);
    house.set_roles(&user_admin, "bo", &[GlobalAdmin]).await.unwrap();
    house.set_roles(&operator(), "bo", &[SalesAgent]).await.unwrap();
    house.set_roles(&user_admin, "bo", &[]).await.unwrap();
}

#[tokio::test]
async fn the_last_global_admin_of_an_account_stays_and_a_deletion_is_in_the_journal() {
    use policy::Role::{GlobalAdmin, SalesAgent};
    let house = House::open().await;
    house.recorded("fabrikam", PartnerKind::IndirectReseller).await;
    let own = admin("fabrikam.example");
    for id in ["bo", "cy"] {
        house.create_user(&own, id, GlobalAdmin).await.unwrap();
    }
    house.delete_user(&own, "bo").await.unwrap();
    assert_eq!(reasons(house.delete_user(&operator(), "cy").await), ["LAST_GLOBAL_ADMIN"]);
    assert_eq!(reasons(house.set_roles(&own, "cy", &[SalesAgent]).await), ["LAST_GLOBAL_ADMIN"]);
    let gone = house.delete_user(&own, "bo").await;
    assert!(matches!(gone, Err(Fault::NotFound { .. })), "{gone:?}");
    let mut reader = house.registry.store().read_once().await.unwrap();
    let name = "partners/fabrikam/users/bo";
    let entries = journal::of_resource(&mut reader, name, journal::START, 100).await.unwrap();
    let changes: Vec<_> =
        entries.iter().map(|entry| (entry.revision, entry.change_after.is_some())).collect();
    assert_eq!(changes, [(1, true), (2, false)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_deletions_leave_a_global_admin() {
    let house = House::open().await;
    house.recorded("fabrikam", PartnerKind::IndirectReseller).await;
    let own = admin("fabrikam.example");
    for id in ["a", "b", "c", "d"] {
        house.create_user(&own, id, policy::Role::GlobalAdmin).await.unwrap();
    }
    let (a, b, c, d) = tokio::join!(
        house.delete_user(&own, "a"),
        house.delete_user(&own, "b"),
        house.delete_user(&own, "c"),
        house.delete_user(&own, "d"),
    );
    assert_eq!([a, b, c, d].into_iter().filter(Result::is_ok).count(), 3, "one global admin stays");
}

#[tokio::test]
async fn a_user_is_read_with_the_callers_own_key_only() {
    let house = House::open().await;
    house.recorded("fabrikam", PartnerKind::IndirectReseller).await;
    let own = admin("fabrikam.example");
    let request = pb::CreateUserRequest {
        parent: "partners/fabrikam".to_owned(),
        user_id: "bo".to_owned(),
        external_id: "hr-17".to_owned(),
        subject: "bo".to_owned(),
        display_name: "Bo".to_owned(),
        email: "bo@fabrikam.example".to_owned(),
        roles: role_set(&[]),
        ..Default::default()
    };
    registry::user::create(&house.registry, &own, request).await.unwrap();
    for (caller, key, found) in [(&own, "hr-17", 1), (&operator(), "", 0)] {
        let request = pb::GetUserRequest { name: "partners/fabrikam/users/bo".to_owned() };
        let read = registry::user::read::get(&house.registry, caller, request).await.unwrap();
        assert_eq!(read.user.unwrap().external_id, key);
        let filter = pb::UserFilter { external_id: "hr-17".to_owned(), ..Default::default() };
        let request = pb::ListUsersRequest {
            parent: "partners/fabrikam".to_owned(),
            filter: Some(filter),
            ..Default::default()
        };
        let listed = registry::user::read::list(&house.registry, caller, request).await.unwrap().users;
        assert_eq!(listed.len(), found);
    }
}

#[tokio::test]
async fn a_refusal_reveals_nothing_about_another_companys_mpn_id() {
    let house = House::open().await;
    house.recorded("contoso", PartnerKind::IndirectProvider).await;
    house.recorded("fabrikam", PartnerKind::IndirectReseller).await;
    house.mpn_id("1", "contoso").await;
    house.mpn_id("2", "contoso").await;
    house.associate("contoso", "1").await.unwrap();
    let request = pb::RegisterMpnIdRequest {
        mpn_id: "3".to_owned(),
        organization: "organizations/contoso".to_owned(),
        kind: pb::MpnKind::Global.into(),
        country: "US".to_owned(),
        active: Some(false),
        ..Default::default()
    };
    registry::mpn_id::register(&house.registry, &operator(), request).await.unwrap();
    let mut decisions = Vec::new();
    for number in ["1", "2", "3"] {
        let Err(Fault::Refused(refused)) = house.associate("fabrikam", number).await else { panic!() };
        let decision = format!("{:?}", refused.decision);
        decisions
            .push(decision.replace(&format!("\"{number}\""), "\"N\"").replace(&format!("`{number}`"), "`N`"));
    }
    assert!(decisions.iter().all(|one| *one == decisions[0] && !one.contains("mpnIds/")), "{decisions:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_additions_do_not_exceed_the_limit_on_users() {
    const FILL: &str = "WITH RECURSIVE place (number) AS (SELECT 2 UNION ALL SELECT number + 1 FROM place \
         WHERE number < $1) INSERT INTO partner_user (partner, id, revision, create_time, update_time, \
         subject, display_name, email, roles) \
         SELECT 'fabrikam', 'p' || number, 1, 0, 0, 'p' || number, '', '', '' FROM place";
    let house = House::open().await;
    house.recorded("fabrikam", PartnerKind::IndirectReseller).await;
    let mut tx = house.registry.store().write();
    sqlx::query(FILL).bind(crate::user::USERS_MAX).execute(tx.conn().await.unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    let own = admin("fabrikam.example");
    let role = policy::Role::SalesAgent;
    let (a, b, c, d) = tokio::join!(
        house.create_user(&own, "a", role),
        house.create_user(&own, "b", role),
        house.create_user(&own, "c", role),
        house.create_user(&own, "d", role),
    );
    let added = [a, b, c, d].into_iter().filter(Result::is_ok).count();
    assert_eq!(added, 1, "the account had room for one user");
}
