//! PostgreSQL to test against: throwaway servers, run by the script `tests/postgres`, and databases on them.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::switches::WITHOUT_POSTGRES;

/// The script that starts a server and stops it when nobody holds its stdin any more.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/postgres");
/// With which code it ends where there are no binaries.
const EXIT_WITHOUT_BINARIES: i32 = 3;

static SHARED: OnceLock<Option<Postgres>> = OnceLock::new();
static DATABASES: AtomicU64 = AtomicU64::new(1);

/// A running server; it ends with this value, and at the latest with this process.
#[derive(Debug)]
pub struct Postgres {
    running: Option<Running>,
    url: String,
    durable: bool,
    // After the process, so that it is deleted when nobody writes to it any more.
    folder: Option<tempfile::TempDir>,
}

impl Postgres {
    /// The server that all tests of this process share, each with databases of its own: its commits don't wait
    /// for the disk. `None` where there are no binaries and `CSP_WITHOUT_POSTGRES=1` allows it.
    pub fn shared() -> Option<&'static Postgres> {
        let start = || {
            let (running, url) = Running::start(false, None)?;
            Some(Postgres { running: Some(running), url, durable: false, folder: None })
        };
        SHARED.get_or_init(start).as_ref()
    }

    /// A server of one's own, to crash and to start again. `durable` makes its commits wait for the disk: only
    /// then is an acknowledged commit sure to survive. `None` as for [`Postgres::shared`].
    pub fn start(durable: bool) -> Option<Postgres> {
        let folder = tempfile::tempdir().unwrap();
        let (running, url) = Running::start(durable, Some(folder.path()))?;
        Some(Postgres { running: Some(running), url, durable, folder: Some(folder) })
    }

    /// A program that comes with the server, such as `pgbench`: beside it, or else on `PATH`. `None` where it is
    /// not installed.
    pub fn program(name: &str) -> Option<PathBuf> {
        let found = Command::new(SCRIPT).arg("--find").output().unwrap();
        let beside = PathBuf::from(String::from_utf8(found.stdout).unwrap().trim_end());
        let on_path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(beside).chain(std::env::split_paths(&on_path));
        folders.map(|folder| folder.join(name)).find(|program| program.is_file())
    }

    /// SIGKILL for every process of the server; all are gone when it returns.
    pub fn crash(&mut self) {
        self.running.take().expect("the server runs").crash();
    }

    /// Starts it after a crash on what it had written, under the same URL.
    pub fn restart(&mut self) {
        assert!(self.running.is_none(), "only a crashed server can be started again");
        let folder = self.folder.as_ref().expect("a server of one's own has a folder");
        let (running, url) = Running::start(self.durable, Some(folder.path())).expect("it was there before");
        assert_eq!(url, self.url, "a server keeps its address");
        self.running = Some(running);
    }

    /// The server's own database, for an administrator's work.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        let (_, place) = self.url.rsplit_once('@').unwrap();
        place.split('/').next().unwrap().parse().unwrap()
    }

    /// A new database, text compared by bytes: empty, or a copy of the database named `template`, to which
    /// nobody may be connected meanwhile.
    pub async fn create_database(&self, template: Option<&str>) -> Database {
        let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let mut administrator = PgConnection::connect(&self.url).await.unwrap();
        // Copying files needs a checkpoint: free without fsync, dear with it.
        let strategy = if self.durable { "WAL_LOG" } else { "FILE_COPY" };
        // A database's name cannot be a parameter; this one is made of a number.
        let create = format!(
            "CREATE DATABASE {name} TEMPLATE {} LC_COLLATE 'C' LC_CTYPE 'C' STRATEGY {strategy}",
            template.unwrap_or("template0")
        );
        sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut administrator).await.unwrap();
        administrator.close().await.unwrap();
        Database { name, address: self.address(), server: self.url.clone() }
    }
}

/// A database of one test; dropped with this value, as far as that succeeds.
#[derive(Debug)]
pub struct Database {
    name: String,
    address: SocketAddr,
    server: String,
}

impl Database {
    /// What it is called on its server.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where its server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL.
    pub fn url(&self) -> String {
        self.url_through(self.address)
    }

    /// Its URL by way of whoever listens at `address`, such as a proxy.
    pub fn url_through(&self, address: SocketAddr) -> String {
        format!("postgres://csp@{address}/{}", self.name)
    }

    /// A connection to it.
    pub async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.url()).await.unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // Nobody waits for it: what the process leaves behind goes with the server.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let Ok(mut administrator) = PgConnection::connect(&server).await else { return };
                let drop_it = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                drop(sqlx::raw_sql(AssertSqlSafe(drop_it)).execute(&mut administrator).await);
            });
        });
    }
}

/// The script at work.
#[derive(Debug)]
struct Running {
    script: Child,
    // Its end is what stops the server, and the kernel sees to that even when this process is killed.
    stdin: Option<ChildStdin>,
}

impl Running {
    /// The script once the server is up, and the server's URL.
    fn start(durable: bool, folder: Option<&Path>) -> Option<(Running, String)> {
        let mut command = Command::new(SCRIPT);
        if durable {
            command.arg("--durable");
        }
        if let Some(folder) = folder {
            command.arg("--folder").arg(folder);
        }
        let mut script = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let stdin = script.stdin.take();
        let mut url = String::new();
        BufReader::new(script.stdout.take().unwrap()).read_line(&mut url).unwrap();
        if !url.is_empty() {
            return Some((Running { script, stdin }, url.trim_end().to_owned()));
        }
        let code = script.wait().unwrap().code();
        assert_eq!(code, Some(EXIT_WITHOUT_BINARIES), "PostgreSQL does not start: its words are above");
        let without = WITHOUT_POSTGRES;
        assert!(
            without.is_on(),
            "PostgreSQL is missing: run tests/run, which installs it, or set {}=1",
            without.name
        );
        None
    }

    fn crash(mut self) {
        self.stdin.as_mut().unwrap().write_all(b"crash\n").unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stdin.take());
        drop(self.script.wait());
    }
}
