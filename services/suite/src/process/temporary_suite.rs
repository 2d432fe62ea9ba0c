//! A suite on a copy of the data, thrown away with it: what an import would come to, without a trace.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::Path;

use csp_service::{Clock, Ids, LinkKey, ServeError};
use csp_store::Config;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::process::service::Service;
use crate::process::suite::{Elsewhere, Inside, OpenError, Settings, Suite};

/// What the services' databases are called in a data folder.
const DATABASE_EXTENSION: &str = "sqlite";

/// Why there is no such suite.
#[derive(Debug, thiserror::Error)]
pub enum TemporarySuiteError {
    /// The temporary folder, or the data folder.
    #[error("the temporary folder: {0}")]
    Folder(#[from] io::Error),
    /// The data could not be copied.
    #[error("the data could not be copied: {0}")]
    Copy(#[from] csp_store::Error),
    /// The copy could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The suite could not be served.
    #[error(transparent)]
    Serve(#[from] ServeError),
}

/// A suite on a copy of a data folder, served on this machine only; it goes with its folder.
#[derive(Debug)]
pub struct TemporarySuite {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), ServeError>>,
    // Deleted when dropped, after the suite has let go of it.
    folder: TempDir,
}

impl TemporarySuite {
    /// Serves a copy of what is in `data`, or an empty suite when there is no such folder. A suite may run on
    /// the folder meanwhile: each database is copied as it is at one moment.
    ///
    /// # Errors
    /// When the data cannot be copied, or the copy not be served.
    pub async fn open(
        data: &Path,
        clock: Clock,
        require_reseller: bool,
    ) -> Result<TemporarySuite, TemporarySuiteError> {
        let folder = tempfile::tempdir()?;
        copy(data, folder.path()).await?;
        let ids = Ids::random().map_err(|error| io::Error::other(error.to_string()))?;
        let settings = Settings {
            databases: in_folder(folder.path()),
            elsewhere: Elsewhere::Nowhere,
            clock,
            // No link is sent from here.
            links: LinkKey::new(&ids.secret()),
            ids,
            require_reseller,
            print_mails: false,
            journal_retention: None,
        };
        let suite = Suite::open(settings).await?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let serving =
            async move { suite.serve(listener, Inside::Process, async { drop(stopped.await) }).await };
        Ok(TemporarySuite { address, stop, served: tokio::spawn(serving), folder })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops it and throws it away.
    ///
    /// # Errors
    /// When it could not be served, or its folder not be deleted.
    pub async fn close(self) -> Result<(), TemporarySuiteError> {
        drop(self.stop);
        self.served.await.map_err(io::Error::other)??;
        self.folder.close()?;
        Ok(())
    }
}

fn in_folder(folder: &Path) -> BTreeMap<Service, Config> {
    let file = |service: Service| Config::sqlite(folder.join(format!("{service}.{DATABASE_EXTENSION}")));
    Service::ALL.map(|service| (service, file(service))).into()
}

async fn copy(data: &Path, to: &Path) -> Result<(), TemporarySuiteError> {
    if !data.exists() {
        return Ok(());
    }
    for entry in std::fs::read_dir(data)? {
        let from = entry?.path();
        let Some(name) =
            from.file_name().filter(|_| from.extension().is_some_and(|is| is == DATABASE_EXTENSION))
        else {
            continue;
        };
        csp_store::copy(&from, &to.join(name)).await?;
    }
    Ok(())
}
