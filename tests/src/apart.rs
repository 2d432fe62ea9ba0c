//! The four services connected as four processes are, but in this process. Each service is a suite of its
//! own, and reaches the others through their internal listeners, with a [`Between`] in front of each.

use std::collections::BTreeMap;

use csp_service::{Clock, Ids, LinkKey};
use csp_suite::config::DEPLOYMENT_DEFAULT;
use csp_suite::service::Service;
use csp_suite::suite::{Elsewhere, Inside, Settings, Suite};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::Route;
use crate::databases::Databases;
use crate::peer_proxy::{Between, Doors, Lies};

/// Four suites of one service each.
pub(crate) struct Apart {
    _between: Vec<Between>,
    stops: Vec<oneshot::Sender<()>>,
    served: Vec<JoinHandle<()>>,
}

impl Apart {
    /// Starts the suites; returns the route to their public listeners.
    pub(crate) async fn start(
        databases: &Databases,
        clock: &Clock,
        lies: Lies,
        doors: &Doors,
    ) -> (Apart, Route) {
        let (mut listeners, mut between, mut places) = (Vec::new(), Vec::new(), BTreeMap::new());
        for service in Service::ALL {
            let inside = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            let road = Between::start(inside.local_addr().unwrap(), lies, doors.clone()).await;
            places.insert(service, format!("http://{}", road.address()).parse().unwrap());
            between.push(road);
            listeners.push((service, inside));
        }
        let (mut stops, mut served, mut public) = (Vec::new(), Vec::new(), BTreeMap::new());
        for (seed, (service, inside)) in (1..).zip(listeners) {
            let settings = Settings {
                deployment: DEPLOYMENT_DEFAULT.to_owned(),
                databases: [(service, databases.of(service))].into(),
                elsewhere: Elsewhere::At(places.clone()),
                clock: clock.clone(),
                ids: Ids::seeded(seed),
                links: LinkKey::new(&[7; 32]),
                require_reseller: true,
                rules_page: csp_service::RULES_PAGE_DEFAULT.to_owned(),
                print_mails: false,
                journal_retention: None,
            };
            let suite = Suite::open(settings).await.unwrap();
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            public.insert(service, listener.local_addr().unwrap());
            let (stop, stopped) = oneshot::channel::<()>();
            stops.push(stop);
            served.push(tokio::spawn(async move {
                let stopped = async { drop(stopped.await) };
                suite.serve(listener, Inside::Listener(inside), stopped).await.unwrap();
            }));
        }
        (Apart { _between: between, stops, served }, Route::to_each(&public))
    }

    /// Drains and stops the suites.
    pub(crate) async fn stop(self) {
        drop(self.stops);
        for served in self.served {
            served.await.unwrap();
        }
    }
}
