//! The service under test with its played peers: Contoso, a provider, and Fabrikam, its reseller.

use csp_policy::{Caller, Party, Role};
use csp_proto::r#type::v1::PartnerKind;
use csp_service::played::{Partnership, Peers, State, partner};
use csp_service::{Call, Clock, Ids};
use csp_store::Config;

use crate::CustomerService;

/// CSP tenant of the provider.
pub(crate) const PROVIDER: &str = "contoso.example";
/// CSP tenant of the provider's reseller.
pub(crate) const RESELLER: &str = "fabrikam.example";

/// The service under test and its peers.
pub(crate) struct Scene {
    pub(crate) service: CustomerService,
    pub(crate) peers: Peers,
    pub(crate) clock: Clock,
    _folder: tempfile::TempDir,
}

impl Scene {
    pub(crate) async fn set() -> Scene {
        let partnership = Partnership {
            name: "partnerships/p".to_owned(),
            provider: "partners/contoso".to_owned(),
            reseller: "partners/fabrikam".to_owned(),
            active: true,
        };
        let peers = Peers::start(State {
            partners: vec![
                partner("contoso", PartnerKind::IndirectProvider, PROVIDER, "DE"),
                partner("fabrikam", PartnerKind::IndirectReseller, RESELLER, "DE"),
            ],
            partnerships: vec![partnership],
            ..State::default()
        });
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::starting_at("2026-11-21T12:00:00Z".parse().unwrap());
        let service = CustomerService::open(
            Config::sqlite(folder.path().join("customer.db")),
            clock.clone(),
            Ids::seeded(1),
            peers.registry(),
            peers.relationships(),
            peers.subscriptions(),
        );
        Scene { service: service.await.unwrap(), peers, clock, _folder: folder }
    }
}

/// A call of the provider's admin agent.
pub(crate) fn provider(rpc: &'static str) -> Call {
    let caller =
        Caller { party: Party::Partner { tenant: PROVIDER.to_owned() }, roles: vec![Role::AdminAgent] };
    Call::made_by(caller, "ana", rpc)
}
