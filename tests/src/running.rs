//! A whole suite in this process, on a temporary folder, behind a real socket.

use std::net::SocketAddr;
use std::path::Path;

use csp_service::{Clock, Ids, LinkKey};
use csp_suite::suite::{Settings, Suite};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};

use crate::Party;

/// The instant at which every test begins.
pub(crate) const START: &str = "2026-11-21T12:00:00Z";

/// A suite that serves. Its clock stands still until a test moves it.
pub struct Running {
    /// The clock by which it decides.
    pub clock: Clock,
    address: SocketAddr,
    channel: Channel,
    suite: Suite,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<()>,
    folder: tempfile::TempDir,
}

impl Running {
    /// Starts an empty suite.
    pub async fn start() -> Running {
        Self::on(tempfile::tempdir().unwrap(), START.parse().unwrap(), 1).await
    }

    /// Starts an empty suite at another instant.
    pub async fn start_at(instant: &str) -> Running {
        Self::on(tempfile::tempdir().unwrap(), instant.parse().unwrap(), 1).await
    }

    /// Starts a suite on what is in this folder, with ids of its own.
    pub async fn start_on(folder: tempfile::TempDir, seed: u64) -> Running {
        Self::on(folder, START.parse().unwrap(), seed).await
    }

    /// Stops it and starts it again on what it wrote.
    pub async fn restart(self) -> Running {
        let now = self.clock.now();
        let folder = self.stop().await;
        Self::on(folder, now, 2).await
    }

    /// Stops it, drained; gives its folder.
    pub async fn stop(mut self) -> tempfile::TempDir {
        drop(self.stop.take());
        self.served.await.unwrap();
        self.folder
    }

    /// The operator's desk.
    pub fn operator(&self) -> Party {
        Party::operator(self.channel.clone())
    }

    /// A person of the partner with this tenant, with every role.
    pub fn partner(&self, tenant: &str) -> Party {
        Party::partner(self.channel.clone(), tenant, &crate::party::ALL_ROLES)
    }

    /// A global admin of the customer with this tenant.
    pub fn customer(&self, tenant: &str) -> Party {
        Party::customer(self.channel.clone(), tenant)
    }

    /// A person of the customer with this tenant, without a role.
    pub fn customer_user(&self, tenant: &str) -> Party {
        Party::customer_user(self.channel.clone(), tenant)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The way to it, without any credential.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// The suite itself, to look at what it stored.
    pub fn suite(&self) -> &Suite {
        &self.suite
    }

    /// The mails that wait to be sent by the registry.
    pub async fn mails(&self) -> Vec<csp_store::outbox::Mail> {
        let mut reader = self.suite.registry().book().store.read().await.unwrap();
        csp_store::outbox::pending(&mut reader, 100).await.unwrap()
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    async fn on(folder: tempfile::TempDir, now: Timestamp, seed: u64) -> Running {
        let clock = Clock::starting_at(now);
        let settings = Settings {
            data: folder.path().to_owned(),
            clock: clock.clone(),
            ids: Ids::seeded(seed),
            links: LinkKey::new(&[7; 32]),
            require_reseller: true,
            print_mails: false,
            journal_retention: None,
        };
        let suite = Suite::open(settings).await.unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = suite.clone();
        let served = tokio::spawn(async move {
            serving.serve(listener, async { drop(stopped.await) }).await.unwrap();
        });
        let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect_lazy();
        Running { clock, address, channel, suite, stop: Some(stop), served, folder }
    }
}
