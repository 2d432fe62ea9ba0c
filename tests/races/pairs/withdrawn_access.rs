//! A provider's changes of its reseller's users race with the withdrawal of the provider's administrator
//! access (rule PSH-06).

use std::sync::Arc;

use csp_proto::partner_registry::v1::{CreateUserRequest, SetUserRolesRequest};
use csp_proto::policy::v1::Role;
use csp_proto::relationship::v1::RevokeProviderAdminAccessRequest;
use csp_tests::peer_proxy::Doors;
use csp_tests::{Running, Seller, role_set};

use crate::races::checker::FinalState;
use crate::races::history::{FactUse, History};
use crate::races::runner::{Pair, Schedule};

/// A provider that changes the roles of a reseller's user while the reseller withdraws the provider's access.
pub(crate) struct WithdrawnAccess {
    suite: Arc<Running>,
    provider: Seller,
    reseller: Seller,
    user: String,
}

impl WithdrawnAccess {
    async fn manage(&self, history: &History, fact: &str, role: Role) {
        let request =
            SetUserRolesRequest { name: self.user.clone(), roles: role_set(&[role]), ..Default::default() };
        let mut registry = self.provider.people.registry();
        history.call("SetRoles", FactUse::DependsOn(fact.to_owned()), registry.set_user_roles(request)).await;
    }
}

impl Pair for WithdrawnAccess {
    const NAME: &'static str = "managing a reseller's users and the withdrawal of admin access";

    async fn scene(suite: Arc<Running>, _: Doors, lane: usize) -> Self {
        let provider = suite.provider(&format!("contoso{lane}"), "DE").await;
        let reseller = suite.reseller(&format!("fabrikam{lane}"), "FR").await;
        let request = CreateUserRequest {
            parent: reseller.name.clone(),
            subject: "bo".to_owned(),
            display_name: "Bo".to_owned(),
            email: "bo@fabrikam.example".to_owned(),
            roles: role_set(&[Role::SalesAgent]),
            ..Default::default()
        };
        let added = reseller.people.registry().create_user(request).await.unwrap().into_inner();
        let pair = WithdrawnAccess { suite, provider, reseller, user: added.user.unwrap().name };
        // The facts are read once before the race, so that a cache of facts would have stale ones.
        let partnership = pair.suite.partnership(&pair.provider, &pair.reseller).await;
        pair.manage(&History::default(), "", Role::AdminAgent).await;
        pair.provider.remove_partnership(&partnership).await.unwrap();
        pair
    }

    async fn play(&self, schedule: &mut Schedule, history: &History) -> FinalState {
        let partnership = self.suite.partnership(&self.provider, &self.reseller).await;
        let fact = format!("the provider of {partnership} has administrator access");
        let (manages, withdraws) = (schedule.lag(), schedule.lag());
        let changes = 1 + schedule.below(3);
        let managing = async {
            manages.pass(&self.provider.people).await;
            for change in 0..changes {
                let role = if change == 0 { Role::AdminAgent } else { Role::SalesAgent };
                self.manage(history, &fact, role).await;
            }
        };
        let withdrawing = async {
            withdraws.pass(&self.reseller.people).await;
            let request =
                RevokeProviderAdminAccessRequest { name: partnership.clone(), ..Default::default() };
            let mut relationship = self.reseller.people.relationship();
            let withdraw = relationship.revoke_provider_admin_access(request);
            let revokes = FactUse::Revokes(fact.clone());
            history.call("RevokeProviderAdminAccess", revokes, withdraw).await.unwrap();
            self.manage(history, &fact, Role::AdminAgent).await;
        };
        tokio::join!(managing, withdrawing);
        self.provider.remove_partnership(&partnership).await.unwrap();
        FinalState::default()
    }
}
