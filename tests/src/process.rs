//! Processes of the command `csp` that tests start, signal and kill.

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

/// The two loopback addresses of a process.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The address for clients.
    pub public: SocketAddr,
    /// The address for the other services.
    pub internal: SocketAddr,
}

impl Place {
    /// New addresses that stay free while nobody listens there: before the process starts, and after it ends
    /// until it is started again.
    pub fn of_its_own() -> Self {
        let address = own_address();
        let listeners = [(); 2].map(|()| TcpListener::bind((address, 0)).unwrap());
        let [public, internal] = listeners.map(|listener| listener.local_addr().unwrap());
        Place { public, internal }
    }
}

/// How many loopback addresses this process has handed out.
static OWN: AtomicU16 = AtomicU16::new(0);
/// Hosts of one network of 256 addresses: all but the first and the last address.
const HOSTS: u16 = 254;
/// Networks that one process of tests may use.
const NETWORKS: u8 = 2;

/// A loopback address for this process of tests alone. Outgoing connections take ports of 127.0.0.1, none of
/// this address.
fn own_address() -> Ipv4Addr {
    let [_, _, high, low] = std::process::id().to_be_bytes();
    let number = OWN.fetch_add(1, Ordering::Relaxed);
    let (network, host) = (u8::try_from(number / HOSTS).unwrap(), u8::try_from(number % HOSTS).unwrap());
    assert!(network < NETWORKS, "too many addresses for one process of tests: {number}");
    Ipv4Addr::new(127, 1 + (high % 127) + 127 * network, low, 1 + host)
}

/// A running process of `csp`; killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
}

impl Process {
    /// Runs `csp up` on the data in `folder`, with the clock standing at `clock` if one is given.
    pub async fn up(folder: &Path, listen: SocketAddr, clock: Option<&str>) -> Process {
        Self::start(up(folder, listen, clock)).await
    }

    /// Runs `csp serve` for one service on the database at `url`, with its peers at `places`.
    pub async fn serve(
        service: Service,
        url: &str,
        data: &Path,
        places: &BTreeMap<Service, Place>,
        clock: Option<&str>,
    ) -> Process {
        Self::start(serve(csp(), service, url, data, places, clock)).await
    }

    /// Runs `csp serve` like [`Process::serve`], by the given command, such as that of another binary: see
    /// [`command`].
    pub async fn serve_by(
        command: Command,
        service: Service,
        url: &str,
        data: &Path,
        places: &BTreeMap<Service, Place>,
    ) -> Process {
        Self::start(serve(command, service, url, data, places, None)).await
    }

    /// Runs a command, and waits until its log says that the process is up.
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
        timeout(START_WAIT_MAX, up).await.expect("the process is up within the time limit");
        // The log is read to its end: a full pipe would block the process. Errors are printed, because they
        // tell of defects.
        tokio::spawn(async move {
            while let Ok(Some(line)) = log.next_line().await {
                if line.contains("ERROR") {
                    eprintln!("{line}");
                }
            }
        });
        Process { child }
    }

    /// Runs a command and kills its process `after` that time, however far its start has come. Returns
    /// whether the process was up by then.
    pub async fn start_cut_off(mut command: Command, after: Duration) -> bool {
        let mut child = command.stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let ended = timeout(after, child.wait()).await;
        assert!(ended.is_err(), "the process ended before it was killed: {ended:?}");
        child.start_kill().unwrap();
        String::from_utf8(child.wait_with_output().await.unwrap().stderr).unwrap().contains("is up")
    }

    /// Sends SIGKILL: the process flushes nothing and answers nobody.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Sends SIGTERM, as a deployment does, and waits until the process ends.
    pub async fn stop(self) -> ExitStatus {
        self.send_sigterm().await;
        self.ended().await
    }

    /// Sends SIGTERM and does not wait: the process may drain for a while.
    pub async fn send_sigterm(&self) {
        let process = self.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &process]).status().await.unwrap().success());
    }

    /// Waits until the process ends; returns its exit status.
    pub async fn ended(mut self) -> ExitStatus {
        timeout(START_WAIT_MAX, self.child.wait())
            .await
            .expect("the process ends within the time limit of a drain")
            .unwrap()
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id().unwrap()
    }
}

/// The command `csp up` on the data in `folder`, with the clock standing at `clock` if one is given.
pub fn up(folder: &Path, listen: SocketAddr, clock: Option<&str>) -> Command {
    let mut command = csp();
    command.args(["up", "--dev", "--listen", &listen.to_string(), "--data"]).arg(folder);
    with_clock(command, clock)
}

/// The command `csp serve`, made from `csp`, for one service on the database at `url`, with its peers at
/// `places`.
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

/// The command `csp` as the tests' own binary, `csp-under-test`.
pub fn csp() -> Command {
    command(&csp_path())
}

/// The command `csp` of this binary, without the environment's variables for the suite (`CSP…`,
/// `DATABASE_URL`) and for clients of PostgreSQL (`PG…`).
pub fn command(csp: &Path) -> Command {
    let mut command = Command::new(csp);
    let is_setting = |key: &str| key.starts_with("CSP") || key.starts_with("PG") || key == "DATABASE_URL";
    for (key, _) in std::env::vars().filter(|(key, _)| is_setting(key)) {
        command.env_remove(key);
    }
    command
}

/// Path of `csp-under-test`: Cargo puts it into the parent of the folder of the test binaries.
fn csp_path() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().and_then(Path::parent).unwrap().join("csp-under-test")
}
