//! The route to a suite: one listener for all services, or one for each.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use csp_suite::service::Service;
use http::{Request, Response};
use tonic::body::Body;
use tonic::transport::{Channel, Endpoint, Error};

/// Sends each call to the listener of the service that its path names.
#[derive(Debug, Clone)]
pub struct Route {
    /// The connection for RPCs that belong to no service: the rule book, the clock, health.
    common: Channel,
    of_services: BTreeMap<Service, Channel>,
    detour: Option<Detour>,
}

/// Makes each call in place of the client, and may make other calls beside it.
#[derive(Clone)]
pub struct Detour(Arc<dyn Fn(Channel, Request<Body>) -> Answered + Send + Sync>);

type Answered = Pin<Box<dyn Future<Output = Result<Response<Body>, Error>> + Send>>;

impl Detour {
    /// A detour that makes calls by `make`.
    pub fn new<F>(make: impl Fn(Channel, Request<Body>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Response<Body>, Error>> + Send + 'static,
    {
        Detour(Arc::new(move |channel, request| Box::pin(make(channel, request))))
    }

    pub(crate) fn make(&self, channel: Channel, request: Request<Body>) -> Answered {
        (self.0)(channel, request)
    }
}

impl fmt::Debug for Detour {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Detour")
    }
}

impl Route {
    /// All services at one address.
    pub fn to(address: SocketAddr) -> Self {
        Route::from(channel(address))
    }

    /// Each service at its own address.
    pub fn to_each(addresses: &BTreeMap<Service, SocketAddr>) -> Self {
        let of_services: BTreeMap<_, _> =
            addresses.iter().map(|(service, address)| (*service, channel(*address))).collect();
        let common = of_services[&Service::PartnerRegistry].clone();
        Route { common, of_services, detour: None }
    }

    /// The same route, but RPCs that belong to no service go to `service`.
    #[must_use]
    pub fn by(&self, service: Service) -> Self {
        let common = self.of_services.get(&service).unwrap_or(&self.common).clone();
        Route { common, ..self.clone() }
    }

    /// The same route, with every call made by `detour`.
    #[must_use]
    pub fn by_detour(self, detour: Detour) -> Self {
        Route { detour: Some(detour), ..self }
    }

    pub(crate) fn detour(&self) -> Option<&Detour> {
        self.detour.as_ref()
    }

    /// The connection for a path such as `/csp.customer.v1.CustomerService/GetCustomer`.
    pub fn of_path(&self, path: &str) -> Channel {
        let package = path.split('.').nth(1).unwrap_or_default().replace('_', "-");
        // The only operations are those that create customers.
        let package = if package == "longrunning" { Service::Customer.name() } else { &package };
        let service = Service::ALL.into_iter().find(|service| service.name() == package);
        service.and_then(|service| self.of_services.get(&service)).unwrap_or(&self.common).clone()
    }
}

impl From<Channel> for Route {
    fn from(common: Channel) -> Self {
        Route { common, of_services: BTreeMap::new(), detour: DETOUR.try_with(Detour::clone).ok() }
    }
}

tokio::task_local! {
    /// The detour of every suite with one address that the present task starts.
    static DETOUR: Detour;
}

/// Plays the scene with every call to the suites that it starts made by `detour`. Suites of several processes
/// are called without detour.
pub async fn on_detour<T>(detour: Detour, scene: impl Future<Output = T>) -> T {
    DETOUR.scope(detour, scene).await
}

fn channel(address: SocketAddr) -> Channel {
    Endpoint::from_shared(format!("http://{address}")).unwrap().connect_lazy()
}
