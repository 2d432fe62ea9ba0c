//! Processes of the command `csp`, which tests start, signal and kill.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use csp_suite::service::Service;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::databases::START_WAIT_MAX;
use crate::switches::CLOCK;

/// Two loopback addresses of a process.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// For callers from outside.
    pub public: SocketAddr,
    /// For services.
    pub internal: SocketAddr,
}

impl Place {
    /// Addresses that stay free while nobody listens there: before a process starts, and until it is started again.
    pub fn of_its_own() -> Self {
        let address = own_address();
        let listeners = [(); 2].map(|()| TcpListener::bind((address, 0)).unwrap());
        let [public, internal] = listeners.map(|listener| listener.local_addr().unwrap());
        Place { public, internal }
    }
}

/// How many places have an address of their own.
static OWN: AtomicU16 = AtomicU16::new(0);
/// Hosts of one network of addresses: neither its first nor its last address.
const HOSTS: u16 = 254;
/// Networks for one process of tests.
const NETWORKS: u8 = 2;

/// A loopback address that nobody else uses: no connection is made from there, as from 127.0.0.1.
fn own_address() -> Ipv4Addr {
    let [_, _, high, low] = std::process::id().to_be_bytes();
    let number = OWN.fetch_add(1, Ordering::Relaxed);
    let (network, host) = (u8::try_from(number / HOSTS).unwrap(), u8::try_from(number % HOSTS).unwrap());
    assert!(network < NETWORKS, "one process of tests has {number} places at most");
    Ipv4Addr::new(127, 1 + (high % 127) + 127 * network, low, 1 + host)
}

/// A running process of `csp`; killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
}

impl Process {
    /// `csp up` on the data in `folder`.
    pub async fn up(folder: &Path, listen: SocketAddr, clock: Option<&str>) -> Process {
        Self::start(up(folder, listen, clock)).await
    }

    /// `csp serve` of one service on the database at `url`, its peers at `places`.
    pub async fn serve(
        service: Service,
        url: &str,
        data: &Path,
        places: &BTreeMap<Service, Place>,
        clock: Option<&str>,
    ) -> Process {
        Self::start(serve(csp(), service, url, data, places, clock)).await
    }

    /// The same by a command of one's own, such as that of another binary: see [`command`].
    pub async fn serve_by(
        command: Command,
        service: Service,
        url: &str,
        data: &Path,
        places: &BTreeMap<Service, Place>,
    ) -> Process {
        Self::start(serve(command, service, url, data, places, None)).await
    }

    /// Runs a command, and waits until its process is up.
    pub async fn start(mut command: Command) -> Process {
        let mut child = command.stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let up = async {
            while let Some(line) = log.next_line().await.unwrap() {
                if line.contains("is up") {
                    return;
                }
                eprintln!("{line}");
            }
            panic!("the process ended before it was up");
        };
        timeout(START_WAIT_MAX, up).await.expect("the process comes up");
        // Whoever stops reading makes the writer of the log wait for ever. A defect is told aloud.
        tokio::spawn(async move {
            while let Ok(Some(line)) = log.next_line().await {
                if line.contains("ERROR") {
                    eprintln!("{line}");
                }
            }
        });
        Process { child }
    }

    /// Runs a command and kills its process after that time, wherever its start is by then; whether it was up.
    pub async fn start_cut_off(mut command: Command, after: Duration) -> bool {
        let mut child = command.stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let ended = timeout(after, child.wait()).await;
        assert!(ended.is_err(), "nothing else ends a start: {ended:?}");
        child.start_kill().unwrap();
        String::from_utf8(child.wait_with_output().await.unwrap().stderr).unwrap().contains("is up")
    }

    /// SIGKILL: nothing is flushed, nobody is told.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// SIGTERM, as a deployment stops it; how it ended.
    pub async fn stop(self) -> ExitStatus {
        self.tell_to_stop().await;
        self.ended().await
    }

    /// SIGTERM; it may go on for a while.
    pub async fn tell_to_stop(&self) {
        let process = self.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &process]).status().await.unwrap().success());
    }

    /// Waits until it has ended; how.
    pub async fn ended(mut self) -> ExitStatus {
        timeout(START_WAIT_MAX, self.child.wait()).await.expect("a drain is bounded").unwrap()
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id().unwrap()
    }
}

/// `csp up` on the data in `folder`.
pub fn up(folder: &Path, listen: SocketAddr, clock: Option<&str>) -> Command {
    let mut command = csp();
    command.args(["up", "--dev", "--listen", &listen.to_string(), "--data"]).arg(folder);
    with_clock(command, clock)
}

/// `csp serve` of one service, by that `csp`, on the database at `url`, its peers at `places`.
pub fn serve(
    mut csp: Command,
    service: Service,
    url: &str,
    data: &Path,
    places: &BTreeMap<Service, Place>,
    clock: Option<&str>,
) -> Command {
    let place = places[&service];
    csp.args(["serve", service.name(), "--dev", "--data"]).arg(data);
    csp.args(["--listen", &place.public.to_string()]);
    csp.args(["--internal-listen", &place.internal.to_string()]);
    csp.env("DATABASE_URL", url).env("CSP__DATABASE__SCHEMA", "require");
    for (peer, place) in places {
        let key = peer.name().replace('-', "_").to_uppercase();
        csp.env(format!("CSP__PEERS__{key}"), format!("http://{}", place.internal));
    }
    with_clock(csp, clock)
}

fn with_clock(mut command: Command, clock: Option<&str>) -> Command {
    if let Some(clock) = clock {
        command.env(CLOCK.name, clock);
    }
    command
}

/// The command, as a binary of the tests.
pub fn csp() -> Command {
    command(&csp_path())
}

/// The command `csp` of that binary, told nothing by the environment; `PG…` is what clients of PostgreSQL read.
pub fn command(csp: &Path) -> Command {
    let mut command = Command::new(csp);
    let is_told = |key: &str| key.starts_with("CSP") || key.starts_with("PG") || key == "DATABASE_URL";
    for (key, _) in std::env::vars().filter(|(key, _)| is_told(key)) {
        command.env_remove(key);
    }
    command
}

/// Cargo builds the binary beside the folder of the tests.
fn csp_path() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().and_then(Path::parent).unwrap().join("csp-under-test")
}
