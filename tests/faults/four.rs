//! Four suites of one service each, and a tap on the way from one to another.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use csp_service::{Clock, Ids, LinkKey};
use csp_suite::service::Service;
use csp_suite::suite::{Elsewhere, Inside, Settings, Suite};
use csp_tests::Route;
use csp_tests::databases::Databases;
use csp_tests::proxy::Tap;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Who asks whom through the tap.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Road {
    pub(crate) from: Service,
    pub(crate) to: Service,
}

/// The four suites, in this process, each behind listeners of its own.
pub(crate) struct Four {
    pub(crate) tap: Tap,
    public: BTreeMap<Service, SocketAddr>,
    stop: watch::Sender<bool>,
    serving: JoinSet<()>,
    databases: Databases,
}

impl Four {
    /// Starts them on databases that are up to date.
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
                databases: [(service, databases.of(service))].into(),
                elsewhere: Elsewhere::At(peers.into()),
                clock: Clock::starting_at(now),
                ids: Ids::random().unwrap(),
                links: LinkKey::new(&[7; 32]),
                require_reseller: true,
                print_mails: false,
                journal_retention: None,
            });
            let suite = suite.await.unwrap();
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            public.insert(service, listener.local_addr().unwrap());
            let mut stopped = stopped.clone();
            serving.spawn(async move {
                let told = async { drop(stopped.wait_for(|stop| *stop).await) };
                suite.serve(listener, Inside::Listener(inside), told).await.unwrap();
            });
        }
        Four { tap, public, stop, serving, databases }
    }

    /// The way to all of them.
    pub(crate) fn way(&self) -> Route {
        Route::to_each(&self.public)
    }

    /// Stops them.
    pub(crate) async fn stop(self) -> Databases {
        self.stop.send_replace(true);
        self.serving.join_all().await;
        self.databases
    }
}
