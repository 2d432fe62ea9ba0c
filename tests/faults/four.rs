//! Four suites of one service each, with a tap between two of them.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use csp_service::{Clock, Ids, LinkKey};
use csp_suite::config::DEPLOYMENT_DEFAULT;
use csp_suite::service::Service;
use csp_suite::suite::{Elsewhere, Inside, Settings, Suite};
use csp_tests::Route;
use csp_tests::databases::Databases;
use csp_tests::proxy::Tap;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The caller and the peer between which the tap stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Road {
    pub(crate) from: Service,
    pub(crate) to: Service,
}

/// Four suites in this process, each with listeners of its own.
pub(crate) struct Four {
    pub(crate) tap: Tap,
    public: BTreeMap<Service, SocketAddr>,
    stop: watch::Sender<bool>,
    serving: JoinSet<()>,
    databases: Databases,
}

impl Four {
    /// Starts the suites on migrated databases, with the tap on `road`.
    pub(crate) async fn start(databases: Databases, now: Timestamp, road: Road) -> Four {
        let mut inside = BTreeMap::new();
        for service in Service::ALL {
            inside.insert(service, TcpListener::bind("127.0.0.1:0").await.unwrap());
        }
        let places: BTreeMap<Service, SocketAddr> =
            inside.iter().map(|(service, listener)| (*service, listener.local_addr().unwrap())).collect();
        let tap = Tap::start(places[&road.to]).await;
        let (stop, stopped) = watch::channel(false);
        let (mut public, mut serving) = (BTreeMap::new(), JoinSet::new());
        for (service, inside) in inside {
            let way = |peer: Service| {
                let is_tapped = service == road.from && peer == road.to;
                if is_tapped { tap.address() } else { places[&peer] }
            };
            let peers = Service::ALL.map(|peer| (peer, format!("http://{}", way(peer)).parse().unwrap()));
            let suite = Suite::open(Settings {
                deployment: DEPLOYMENT_DEFAULT.to_owned(),
                databases: [(service, databases.of(service))].into(),
                elsewhere: Elsewhere::At(peers.into()),
                clock: Clock::starting_at(now),
                ids: Ids::random().unwrap(),
                links: LinkKey::new(&[7; 32]),
                require_reseller: true,
                rules_page: csp_service::RULES_PAGE_DEFAULT.to_owned(),
                print_mails: false,
                journal_retention: None,
            });
            let suite = suite.await.unwrap();
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            public.insert(service, listener.local_addr().unwrap());
            let mut stopped = stopped.clone();
            serving.spawn(async move {
                let stopping = async { drop(stopped.wait_for(|stop| *stop).await) };
                suite.serve(listener, Inside::Listener(inside), stopping).await.unwrap();
            });
        }
        Four { tap, public, stop, serving, databases }
    }

    /// The route to all four services.
    pub(crate) fn way(&self) -> Route {
        Route::to_each(&self.public)
    }

    /// Stops the suites and returns their databases.
    pub(crate) async fn stop(self) -> Databases {
        self.stop.send_replace(true);
        self.serving.join_all().await;
        self.databases
    }
}
