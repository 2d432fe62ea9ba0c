//! Transitions of an invitation, and which partner is the seller.

use csp_policy::{Caller, Partner, Party};
use csp_proto::relationship::v1::InvitationState;
use csp_service::{ExternalId, Result, Storable, Stored};
use jiff::Timestamp;

use super::{Asking, Invitation, Letter};
use crate::fixtures::{at, partner};
use crate::peers::KnownCustomer;

type Event = fn(&mut Invitation, Timestamp) -> Result<()>;

const EVENTS: &[Event] = &[
    |it, now| it.accept(KnownCustomer { name: "customers/c".to_owned(), tenant: "c".to_owned() }, now),
    |it, now| it.decline(now),
    |it, now| it.withdraw(now),
];

fn sent(provider: Option<Partner>, reseller: Option<Partner>) -> Invitation {
    let letter = Letter {
        id: "i".to_owned(),
        external_id: None,
        customer_email: "c@tailspin.example".to_owned(),
        admin_access: None,
        note: String::new(),
    };
    let asking = Asking { sender: partner("contoso"), provider, reseller };
    Invitation::send(letter, &asking, None, at("2026-01-01T00:00:00Z"))
}

#[test]
fn every_transition_from_every_state() {
    let (soon, late) = (at("2026-01-31T00:00:00Z"), at("2026-01-31T00:00:01Z"));
    let mut table = String::new();
    for (label, from, now) in [
        ("PENDING", InvitationState::Pending, soon),
        ("(overdue)", InvitationState::Pending, late),
        ("ACCEPTED", InvitationState::Accepted, soon),
        ("DECLINED", InvitationState::Declined, soon),
        ("WITHDRAWN", InvitationState::Withdrawn, soon),
    ] {
        let row = EVENTS.iter().map(|event| {
            let mut invitation = sent(Some(partner("contoso")), None);
            invitation.row.state = Stored(from);
            event(&mut invitation, now).map_or("-".to_owned(), |()| invitation.row.state.0.text())
        });
        table.push_str(&format!("{label}: {}\n", row.collect::<Vec<_>>().join(" ")));
    }
    let expected = "\
PENDING: ACCEPTED DECLINED WITHDRAWN
(overdue): - - -
ACCEPTED: - - -
DECLINED: - - -
WITHDRAWN: - - WITHDRAWN
";
    assert_eq!(table, expected);
}

#[test]
fn the_seller_of_a_joint_invitation_is_the_provider() {
    let (contoso, fabrikam) = (partner("contoso"), partner("fabrikam"));
    let joint = sent(Some(contoso.clone()), Some(fabrikam.clone()));
    assert_eq!((joint.seller(), joint.joint_reseller()), ("partners/contoso", Some("partners/fabrikam")));
    let reseller_alone = sent(None, Some(fabrikam));
    assert_eq!((reseller_alone.seller(), reseller_alone.joint_reseller()), ("partners/fabrikam", None));
    let provider_alone = sent(Some(contoso), None);
    assert_eq!((provider_alone.seller(), provider_alone.joint_reseller()), ("partners/contoso", None));
}

#[test]
fn an_external_id_of_an_invitation_is_shown_to_its_sender_only() {
    let mut invitation = sent(Some(partner("contoso")), Some(partner("fabrikam")));
    invitation.row.external_id = ExternalId::of_partner("contoso-tenant", "crm-7");
    let of_partner =
        |id: &str| Caller { party: Party::Partner { tenant: format!("{id}-tenant") }, roles: Vec::new() };
    let viewers = [of_partner("contoso"), of_partner("fabrikam"), Caller::operator()];
    let shown = viewers.map(|viewer| invitation.render(at("2026-01-02T00:00:00Z"), &viewer).external_id);
    assert_eq!(shown, ["crm-7", "", ""]);
}
