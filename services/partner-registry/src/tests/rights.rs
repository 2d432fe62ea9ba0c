//! Who grants which roles, which signature a record corrects, what a refusal hides, and the limit on users.

use super::*;

impl House {
    async fn record_signature(&self, id: &str, date: &str) -> pb::PartnerAgreement {
        let request = pb::RecordPartnerAgreementRequest {
            partner: format!("partners/{id}"),
            agreement_version: format!("of {date}"),
            signer: "Bo".to_owned(),
            evidence: Some(Evidence { date: date.to_owned(), source: "paper".to_owned() }),
            ..Default::default()
        };
        let recorded = registry::agreement::record(&self.registry, &operator(), request).await;
        recorded.unwrap().agreement.unwrap()
    }

    async fn add_user(&self, caller: &Call, id: &str, role: pb::UserRole) -> Result<pb::AddUserResponse> {
        let request = pb::AddUserRequest {
            parent: "partners/fabrikam".to_owned(),
            user_id: id.to_owned(),
            subject: id.to_owned(),
            display_name: id.to_owned(),
            email: format!("{id}@fabrikam.example"),
            roles: vec![role.into()],
            ..Default::default()
        };
        registry::user::add(&self.registry, caller, request).await
    }

    async fn set_roles(
        &self,
        caller: &Call,
        id: &str,
        roles: &[pb::UserRole],
    ) -> Result<pb::SetUserRolesResponse> {
        let request = pb::SetUserRolesRequest {
            name: format!("partners/fabrikam/users/{id}"),
            roles: roles.iter().map(|role| i32::from(*role)).collect(),
            ..Default::default()
        };
        registry::user::set_roles(&self.registry, caller, request).await
    }
}

fn lacks_global_admin(refused: Result<impl std::fmt::Debug>) -> bool {
    matches!(refused.unwrap_err(), Fault::RoleMissing { roles, .. } if roles == "GLOBAL_ADMIN")
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
    assert_eq!((earlier.sign_date.as_str(), earlier.signer.as_str()), ("2021-03-01", "Bo"));
    for date in ["2021-03-01", "2022-01-01"] {
        assert_eq!(house.record_signature("contoso", date).await, earlier, "{date}");
    }
    assert_eq!(house.sign("contoso").await.unwrap().agreement.unwrap(), earlier);
    let earliest = house.record_signature("contoso", "2020-02-01").await;
    assert_eq!((earliest.revision, earliest.evidence.unwrap().date.as_str()), (3, "2020-02-01"));
    let mut reader = house.registry.store().read_once().await.unwrap();
    let entries = journal::of_resource(&mut reader, &first.name, journal::START, 100).await.unwrap();
    let revisions: Vec<_> = entries.iter().map(|entry| entry.revision).collect();
    assert_eq!(revisions, [1, 2, 3]);
}

#[tokio::test]
async fn only_global_admins_and_operators_make_or_change_global_admins() {
    use pb::UserRole::{GlobalAdmin, SalesAgent};
    let house = House::open().await;
    house.recorded("fabrikam", PartnerKind::IndirectReseller).await;
    let own = admin("fabrikam.example");
    let user_admin = call(Caller {
        party: Party::Partner { tenant: "fabrikam.example".to_owned() },
        roles: vec![Role::UserAdmin],
    });
    assert!(lacks_global_admin(house.add_user(&user_admin, "bo", GlobalAdmin).await));
    house.add_user(&user_admin, "bo", SalesAgent).await.unwrap();
    assert!(lacks_global_admin(house.set_roles(&user_admin, "bo", &[GlobalAdmin]).await));
    house.set_roles(&own, "bo", &[GlobalAdmin, SalesAgent]).await.unwrap();
    assert!(lacks_global_admin(house.set_roles(&user_admin, "bo", &[]).await));
    house.set_roles(&operator(), "bo", &[SalesAgent]).await.unwrap();
    house.set_roles(&user_admin, "bo", &[]).await.unwrap();
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
        number: "3".to_owned(),
        organization: "organizations/contoso".to_owned(),
        kind: pb::MpnKind::Global.into(),
        country: "US".to_owned(),
        inactive: true,
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
         WHERE number < $1) INSERT INTO partner_user (partner, id, revision, create_time, update_time, subject, \
         display_name, email, roles) SELECT 'fabrikam', 'p' || number, 1, 0, 0, 'p' || number, '', '', '' FROM place";
    let house = House::open().await;
    house.recorded("fabrikam", PartnerKind::IndirectReseller).await;
    let mut tx = house.registry.store().write();
    sqlx::query(FILL).bind(crate::user::USERS_MAX).execute(tx.conn().await.unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    let own = admin("fabrikam.example");
    let role = pb::UserRole::SalesAgent;
    let (a, b, c, d) = tokio::join!(
        house.add_user(&own, "a", role),
        house.add_user(&own, "b", role),
        house.add_user(&own, "c", role),
        house.add_user(&own, "d", role),
    );
    let added = [a, b, c, d].into_iter().filter(Result::is_ok).count();
    assert_eq!(added, 1, "the account had room for one user");
}
