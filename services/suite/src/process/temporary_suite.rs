//! A suite on a temporary copy of the data folder, for dry runs: an import runs in full and leaves nothing
//! behind.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::Path;

use csp_service::{Clock, Ids, LinkKey, RULES_PAGE_DEFAULT, ServeError};
use csp_store::Config;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::config::DEPLOYMENT_DEFAULT;
use crate::process::service::Service;
use crate::process::suite::{Elsewhere, Inside, OpenError, Settings, Suite};

/// File extension of the databases in a data folder.
const DATABASE_EXTENSION: &str = "sqlite";

/// Why a temporary suite could not be opened, served or removed.
#[derive(Debug, thiserror::Error)]
pub enum TemporarySuiteError {
    /// The temporary folder, the data folder, the listener or the serving task failed.
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

/// A suite on a copy of a data folder, served on a free loopback port. Its folder is deleted when it is
/// closed.
#[derive(Debug)]
pub struct TemporarySuite {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), ServeError>>,
    // Dropping this field deletes the folder; `close` waits for the suite to stop first.
    folder: TempDir,
}

impl TemporarySuite {
    /// Serves a copy of the databases in `data`, or an empty suite when there is no such folder. Another
    /// suite may run on `data` at the same time: the copy of each database is a snapshot.
    ///
    /// # Errors
    /// [`TemporarySuiteError`] when the data cannot be copied, or the copy cannot be served.
    pub async fn open(
        data: &Path,
        clock: Clock,
        require_reseller: bool,
    ) -> Result<TemporarySuite, TemporarySuiteError> {
        let folder = tempfile::tempdir()?;
        copy(data, folder.path()).await?;
        let ids = Ids::random().map_err(|error| io::Error::other(error.to_string()))?;
        let settings = Settings {
            deployment: DEPLOYMENT_DEFAULT.to_owned(),
            databases: in_folder(folder.path()),
            elsewhere: Elsewhere::Nowhere,
            clock,
            // A key for this run only: the suite sends no mails, so nobody gets a link.
            links: LinkKey::new(&ids.secret()),
            ids,
            require_reseller,
            rules_page: RULES_PAGE_DEFAULT.to_owned(),
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

    /// The address on which the suite listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops the suite and deletes the copy.
    ///
    /// # Errors
    /// [`TemporarySuiteError`] when serving had failed, or the folder cannot be deleted.
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
