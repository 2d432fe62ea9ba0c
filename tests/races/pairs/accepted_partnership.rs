//! A tenant becomes a provider's customer and the same provider's reseller at once (rule PSH-11).
//!
//! A CSP tenant cannot become a customer (rule SAL-03), so the two can meet in one way only. The creation of
//! the customer, or the acceptance of an invitation, reads that the tenant is not a CSP tenant. A door then
//! holds that call up, as a slow network would, while the tenant enrols and is asked for a partnership.

use std::sync::Arc;

use csp_proto::partner_registry::v1::{MpnKind, RegisterMpnIdRequest};
use csp_proto::relationship::v1::{ListPartnershipsRequest, PartnershipFilter, PartnershipState};
use csp_proto::r#type::v1::PartnerKind;
use csp_tests::peer_proxy::{Door, Doors};
use csp_tests::{Described, Running, Seller, profile};

use super::relationships;
use crate::races::checker::{FinalState, Partnership};
use crate::races::history::{FactUse, History};
use crate::races::runner::{Pair, Schedule};

/// A provider and another partner; each schedule has a new tenant.
pub(crate) struct AcceptedPartnership {
    suite: Arc<Running>,
    doors: Doors,
    provider: Seller,
    other: Seller,
    lane: usize,
}

/// When the held-up call goes on, relative to the acceptance of the partnership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Release {
    Before,
    AtOnce,
    After,
}

impl AcceptedPartnership {
    /// The provider creates a customer with the tenant.
    async fn created(&self, history: &History, id: &str, tenant: &str) {
        let wanted = profile(id, "FR").on_tenant(tenant);
        history.call("CreateCustomer", FactUse::Other, self.provider.create_customer(wanted, None)).await;
    }

    /// The tenant, already a customer of another partner, accepts the provider's invitation.
    async fn invited(&self, history: &History, tenant: &str, link: &str) {
        let people = self.suite.customer(tenant);
        history.call("AcceptInvitation", FactUse::Other, people.accept_invitation(link)).await;
    }

    /// Enrols the tenant as the CSP tenant of a reseller, with the MPN ID that a partnership needs.
    async fn enrolled(&self, number: usize, id: &str, tenant: &str) -> Seller {
        let organization = self.suite.organization(id, "FR").await;
        let kind = PartnerKind::IndirectReseller;
        let name = self.suite.account(id, "FR", kind, &organization, tenant).await;
        let request = RegisterMpnIdRequest {
            mpn_id: format!("9{number:07}"),
            organization: organization.clone(),
            kind: MpnKind::Location.into(),
            country: "FR".to_owned(),
            ..Default::default()
        };
        let registered = self.suite.operator().registry().register_mpn_id(request).await.unwrap();
        let mpn_id = registered.into_inner().mpn_id.unwrap().name;
        self.suite.operator().associate_mpn_id(&name, &mpn_id).await.unwrap();
        Seller { name, mpn_id, organization, people: self.suite.partner(tenant) }
    }

    async fn final_state(&self, reseller: &Seller, customer: &str, tenant: &str) -> FinalState {
        let filter = PartnershipFilter { counterpart: reseller.name.clone(), ..Default::default() };
        let request = ListPartnershipsRequest { filter: Some(filter), ..Default::default() };
        let listed = self.provider.people.relationship().list_partnerships(request).await.unwrap();
        let partnerships = listed.into_inner().partnerships.into_iter().map(|it| Partnership {
            provider: it.provider.clone(),
            tenant: tenant.to_owned(),
            active: it.state() == PartnershipState::Active,
        });
        let relationships = relationships(&self.provider, customer, tenant).await;
        FinalState { partnerships: partnerships.collect(), relationships, ..FinalState::default() }
    }
}

impl Pair for AcceptedPartnership {
    const NAME: &'static str = "accepting a partnership and becoming a customer";

    async fn scene(suite: Arc<Running>, doors: Doors, lane: usize) -> Self {
        let provider = suite.provider(&format!("contoso{lane}"), "DE").await;
        let other = suite.direct_bill(&format!("litware{lane}"), "DE").await;
        AcceptedPartnership { suite, doors, provider, other, lane }
    }

    async fn play(&self, schedule: &mut Schedule, history: &History) -> FinalState {
        let id = format!("t{}n{}", self.lane, schedule.number);
        let tenant = format!("{id}.tenant");
        let invites = schedule.below(2) == 0;
        let mut link = String::new();
        if invites {
            let known = profile(&id, "FR").on_tenant(&tenant);
            self.other.create_customer(known, None).await.unwrap();
            let invited = self.provider.invite("", None, None).await.unwrap().into_inner();
            link = invited.draft.unwrap().link_token;
        }
        // Not `After` for an invitation: accepting the partnership also reads facts about the tenant, so the
        // closed door would hold up both calls.
        let releases = [Release::AtOnce, Release::AtOnce, Release::Before, Release::After];
        let release = releases[schedule.below(if invites { 3 } else { 4 })];
        let (accepts, opens, number) = (schedule.lag(), schedule.lag(), schedule.number);

        self.doors.close(if invites { Door::Facts } else { Door::Edges }, &tenant);
        let becoming = async {
            if invites {
                self.invited(history, &tenant, &link).await;
            } else {
                self.created(history, &id, &tenant).await;
            }
        };
        let partnering = async {
            self.doors.wait_for(&tenant).await;
            let reseller = self.enrolled(number, &id, &tenant).await;
            let asked = self.provider.request_partnership(&reseller).await.unwrap().into_inner();
            let token = asked.draft.unwrap().link_token;
            if release == Release::Before {
                self.doors.open(&tenant);
            }
            let opening = async {
                opens.pass(&self.other.people).await;
                if release == Release::AtOnce {
                    self.doors.open(&tenant);
                }
            };
            let accepting = async {
                accepts.pass(&self.other.people).await;
                let accept = reseller.accept_partnership(&token);
                history.call("AcceptPartnership", FactUse::Other, accept).await;
            };
            tokio::join!(opening, accepting);
            self.doors.open(&tenant);
            reseller
        };
        let ((), reseller) = tokio::join!(becoming, partnering);
        self.final_state(&reseller, &format!("customers/{id}"), &tenant).await
    }
}
