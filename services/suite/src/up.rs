//! `csp up`: the suite on one port, until told to stop.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::time::Duration;

use csp_service::telemetry::{self, LogFormat};
use csp_service::{Clock, Ids, LinkKey, refuse_non_loopback};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::Up;
use crate::failure::Failure;
use crate::suite::{Settings, Suite};

/// Name of the file that holds the key of invitation links, in the data folder.
const LINK_KEY_FILE: &str = "link.key";

/// Serves until SIGTERM or SIGINT, then drains.
pub async fn run(asked: Up) -> Result<(), Failure> {
    if !asked.dev {
        let problem =
            "only development mode exists so far; pass --dev (loopback only, anybody can mint credentials)";
        return Err(Failure::Usage(problem.to_owned()));
    }
    refuse_non_loopback(asked.listen)?;
    telemetry::init(&asked.log, LogFormat::Text).map_err(|error| Failure::Usage(error.to_string()))?;
    // Mails wait in the databases with the tokens that they carry: nobody else on the machine reads them.
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&asked.data)
        .map_err(|error| Failure::Usage(format!("the data folder `{}`: {error}", asked.data.display())))?;
    let clock = Clock::system();
    let ids = Ids::random().map_err(|error| Failure::Usage(format!("no randomness: {error}")))?;
    let links = LinkKey::open(&asked.data.join(LINK_KEY_FILE), &ids)
        .map_err(|error| Failure::Usage(format!("the key of invitation links: {error}")))?;
    let settings = Settings {
        data: asked.data,
        clock,
        ids,
        links,
        require_reseller: !asked.allow_orders_without_reseller,
        print_mails: true,
        journal_retention: asked.journal_retention.map(days),
    };
    let suite = Suite::open(settings).await?;
    let listener = TcpListener::bind(asked.listen).await.map_err(csp_service::ServeError::from)?;
    tracing::info!(address = %asked.listen, "csp suite is up (development mode)");
    suite.serve(listener, told_to_stop()).await?;
    tracing::info!("csp suite has stopped");
    Ok(())
}

fn days(count: u16) -> Duration {
    const HOURS_A_DAY: u64 = 24;
    Duration::from_hours(u64::from(count) * HOURS_A_DAY)
}

async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(interrupted.await),
    }
}
