//! Transitions and storage of a partnership.

use csp_policy::{Caller, Party};
use csp_proto::relationship::v1::PartnershipState;
use csp_proto::r#type::v1::{Actor, actor};
use csp_service::{ExternalId, Result, Storable, Stored};
use csp_store::{Config, Store};
use jiff::Timestamp;

use super::{Partnership, Removal, Request, table};
use crate::fixtures::{at, partner};

type Event = (&'static str, fn(&mut Partnership, Timestamp) -> Result<()>);

const EVENTS: &[Event] = &[
    ("accept", |it, now| it.accept(now)),
    ("decline", |it, now| it.decline(now)),
    ("withdraw", |it, now| it.withdraw(now)),
    ("expire", |it, now| it.expire(now)),
    ("revoke", |it, now| it.revoke_admin_access(now)),
    ("remove", |it, now| it.remove(removal(Actor::default()), now)),
];

fn removal(remover: Actor) -> Removal {
    Removal { remover, reason: "why".to_owned(), text_version: None, legal_notice_date: None }
}

fn request() -> Partnership {
    let request = Request {
        id: "p".to_owned(),
        external_id: None,
        reseller_email: "r@fabrikam.example".to_owned(),
        note: String::new(),
    };
    Partnership::request(request, &partner("contoso"), &partner("fabrikam"), at("2026-01-01T00:00:00Z"))
}

fn in_state(state: PartnershipState) -> Partnership {
    let mut partnership = request();
    partnership.row.state = Stored(state);
    partnership.row.admin_access = state == PartnershipState::Active;
    partnership
}

fn outcome(from: PartnershipState, now: Timestamp, event: &Event) -> String {
    let mut partnership = in_state(from);
    let before = partnership.clone();
    match event.1(&mut partnership, now) {
        Ok(()) if partnership == before => "=".to_owned(),
        Ok(()) => {
            assert_eq!(partnership.row.revision, 2);
            partnership.row.state.0.text()
        }
        Err(_) => {
            assert_eq!(partnership, before, "a refused transition changes nothing");
            "-".to_owned()
        }
    }
}

#[test]
fn every_transition_from_every_state() {
    let (soon, late) = (at("2026-01-31T00:00:00Z"), at("2026-01-31T00:00:01Z"));
    let mut table = String::new();
    for (label, from, now) in [
        ("PENDING", PartnershipState::Pending, soon),
        ("(overdue)", PartnershipState::Pending, late),
        ("ACTIVE", PartnershipState::Active, soon),
        ("DECLINED", PartnershipState::Declined, soon),
        ("WITHDRAWN", PartnershipState::Withdrawn, soon),
        ("EXPIRED", PartnershipState::Expired, late),
        ("REMOVED", PartnershipState::Removed, soon),
    ] {
        let row: Vec<String> = EVENTS.iter().map(|event| outcome(from, now, event)).collect();
        table.push_str(&format!("{label}: {}\n", row.join(" ")));
    }
    let expected = "\
PENDING: ACTIVE DECLINED WITHDRAWN - - -
(overdue): - - - EXPIRED - -
ACTIVE: - - - - ACTIVE REMOVED
DECLINED: - - - - - -
WITHDRAWN: - - = - - -
EXPIRED: - - - - - -
REMOVED: - - - - = =
";
    assert_eq!(table, expected);
}

#[test]
fn administrator_access_is_revoked_once() {
    let mut partnership = in_state(PartnershipState::Active);
    let now = at("2026-01-02T00:00:00Z");
    partnership.revoke_admin_access(now).unwrap();
    assert!(!partnership.render(now, &Caller::operator()).provider_admin_access);
    let revoked = partnership.clone();
    partnership.revoke_admin_access(at("2026-01-03T00:00:00Z")).unwrap();
    assert_eq!(partnership, revoked);
    assert!(partnership.is_active());
}

#[tokio::test]
async fn an_unreadable_stored_value_is_a_fault_that_names_its_column() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::sqlite(folder.path().join("relationship.db"));
    let store = Store::open(config, crate::NAME, crate::SCHEMA).await.unwrap();
    let partnership = request();
    let mut tx = store.write();
    tx.put(csp_store::Change::insert(partnership.row()));
    let conn = tx.conn().await.unwrap();
    assert_eq!(table::by_id(conn, "p").await.unwrap().as_ref(), Some(partnership.row()));
    sqlx::query("UPDATE partnership SET expire_time = 9000000000000000000")
        .execute(&mut *conn)
        .await
        .unwrap();
    let broken = table::by_id(conn, "p").await.unwrap_err();
    let text = format!("{broken:?}");
    assert!(text.contains("expire_time") && text.contains("9000000000000000000"), "{text}");
}

/// A user of the partner with this tenant, without roles.
fn of_partner(id: &str) -> Caller {
    Caller { party: Party::Partner { tenant: format!("{id}-tenant") }, roles: Vec::new() }
}

#[test]
fn an_external_id_is_shown_to_the_party_that_set_it_only() {
    let now = at("2026-01-02T00:00:00Z");
    let mut partnership = request();
    partnership.row.external_id = ExternalId::of_partner("contoso-tenant", "crm-7");
    let shown = |partnership: &Partnership| {
        let viewers = [of_partner("contoso"), of_partner("fabrikam"), Caller::operator()];
        viewers.map(|viewer| partnership.render(now, &viewer).external_id)
    };
    assert_eq!(shown(&partnership), ["crm-7", "", ""]);
    partnership.row.external_id = ExternalId::of(&Party::Operator, "crm-7");
    assert_eq!(shown(&partnership), ["", "", "crm-7"]);
}

#[test]
fn the_user_that_removed_a_partnership_is_shown_to_its_own_party_and_operators_only() {
    let now = at("2026-01-02T00:00:00Z");
    let mut partnership = in_state(PartnershipState::Active);
    let remover = Actor {
        kind: actor::Kind::Partner.into(),
        tenant_id: "contoso-tenant".to_owned(),
        subject: "ana".to_owned(),
        ..Default::default()
    };
    partnership.remove(removal(remover), now).unwrap();
    for (viewer, subject) in
        [(of_partner("contoso"), "ana"), (of_partner("fabrikam"), ""), (Caller::operator(), "ana")]
    {
        let remover = partnership.render(now, &viewer).removal.unwrap().remover.unwrap();
        assert_eq!((remover.tenant_id.as_str(), remover.subject.as_str()), ("contoso-tenant", subject));
    }
}
