//! The way to a suite: one listener for all services, or one for each.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use csp_suite::service::Service;
use tonic::transport::{Channel, Endpoint};

/// Where calls go, by the service in their path.
#[derive(Debug, Clone)]
pub struct Way {
    /// For what belongs to no service: the rule book, the clock, health.
    common: Channel,
    of_services: BTreeMap<Service, Channel>,
}

impl Way {
    /// Everything at one address.
    pub fn to(address: SocketAddr) -> Self {
        Way::from(channel(address))
    }

    /// Each service at its own address.
    pub fn to_each(addresses: &BTreeMap<Service, SocketAddr>) -> Self {
        let of_services: BTreeMap<_, _> =
            addresses.iter().map(|(service, address)| (*service, channel(*address))).collect();
        let common = of_services[&Service::PartnerRegistry].clone();
        Way { common, of_services }
    }

    /// The same, but that what belongs to no service is asked of this one.
    #[must_use]
    pub fn by(&self, service: Service) -> Self {
        let common = self.of_services.get(&service).unwrap_or(&self.common).clone();
        Way { common, of_services: self.of_services.clone() }
    }

    /// The connection for a path such as `/csp.customer.v1.CustomerService/GetCustomer`.
    pub fn of_path(&self, path: &str) -> Channel {
        let package = path.split('.').nth(1).unwrap_or_default().replace('_', "-");
        let service = Service::ALL.into_iter().find(|service| service.name() == package);
        service.and_then(|service| self.of_services.get(&service)).unwrap_or(&self.common).clone()
    }
}

impl From<Channel> for Way {
    fn from(common: Channel) -> Self {
        Way { common, of_services: BTreeMap::new() }
    }
}

fn channel(address: SocketAddr) -> Channel {
    Endpoint::from_shared(format!("http://{address}")).unwrap().connect_lazy()
}
