//! Throwaway PostgreSQL servers, run by the script `tests/postgres`, and databases on them.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::switches::WITHOUT_POSTGRES;

/// The script that starts a server, and stops it at the end of the script's stdin.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/postgres");
/// Exit code of the script when PostgreSQL is not installed.
const EXIT_WITHOUT_BINARIES: i32 = 3;

static SHARED: OnceLock<Option<Postgres>> = OnceLock::new();
static DATABASES: AtomicU64 = AtomicU64::new(1);

/// A running server. It stops when this value is dropped, at the latest when this process ends.
#[derive(Debug)]
pub struct Postgres {
    running: Option<Running>,
    url: String,
    durable: bool,
    // Declared after `running`: fields are dropped in order, and the server must stop before its folder is
    // deleted.
    folder: Option<tempfile::TempDir>,
}

impl Postgres {
    /// The server that all tests of this process share, each with databases of its own. Its commits do not
    /// wait for the disk. `None` when PostgreSQL is not installed and `CSP_WITHOUT_POSTGRES=1` allows that.
    pub fn shared() -> Option<&'static Postgres> {
        let start = || {
            let (running, url) = Running::start(false, None)?;
            Some(Postgres { running: Some(running), url, durable: false, folder: None })
        };
        SHARED.get_or_init(start).as_ref()
    }

    /// A server for one test alone, which the test may crash and restart. With `durable` the commits wait for
    /// the disk: only then does an acknowledged commit survive for certain. `None` as for
    /// [`Postgres::shared`].
    pub fn start(durable: bool) -> Option<Postgres> {
        let folder = tempfile::tempdir().unwrap();
        let (running, url) = Running::start(durable, Some(folder.path()))?;
        Some(Postgres { running: Some(running), url, durable, folder: Some(folder) })
    }

    /// Path of a program of PostgreSQL, such as `pgbench`: in the folder of the server's programs, or else on
    /// `PATH`. `None` when the program is not installed.
    pub fn program(name: &str) -> Option<PathBuf> {
        let found = Command::new(SCRIPT).arg("--find").output().unwrap();
        let beside = PathBuf::from(String::from_utf8(found.stdout).unwrap().trim_end());
        let on_path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(beside).chain(std::env::split_paths(&on_path));
        folders.map(|folder| folder.join(name)).find(|program| program.is_file())
    }

    /// Sends SIGKILL to every process of the server. All processes have ended when this function returns.
    pub fn crash(&mut self) {
        self.running.take().expect("the server runs").crash();
    }

    /// Starts the server again after [`Postgres::crash`], on the same data and under the same URL.
    pub fn restart(&mut self) {
        assert!(self.running.is_none(), "only a crashed server can be started again");
        let folder = self.folder.as_ref().expect("a server from `Postgres::start` has a folder");
        let (running, url) = Running::start(self.durable, Some(folder.path()))
            .expect("PostgreSQL was found at the first start");
        assert_eq!(url, self.url, "a server keeps its address");
        self.running = Some(running);
    }

    /// URL of the server's own database, for administration.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        let (_, place) = self.url.rsplit_once('@').unwrap();
        place.split('/').next().unwrap().parse().unwrap()
    }

    /// Creates a database that compares text by bytes: empty, or a copy of the database named `template`.
    /// Nobody may be connected to the template meanwhile.
    pub async fn create_database(&self, template: Option<&str>) -> Database {
        let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let mut administrator = PgConnection::connect(&self.url).await.unwrap();
        // FILE_COPY makes a checkpoint: cheap without fsync, expensive with it.
        let strategy = if self.durable { "WAL_LOG" } else { "FILE_COPY" };
        // A database name cannot be a bind parameter. This name is safe in the text: it is made from a
        // number.
        let create = format!(
            "CREATE DATABASE {name} TEMPLATE {} LC_COLLATE 'C' LC_CTYPE 'C' STRATEGY {strategy}",
            template.unwrap_or("template0")
        );
        sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut administrator).await.unwrap();
        administrator.close().await.unwrap();
        Database { name, address: self.address(), server: self.url.clone() }
    }
}

/// A database of one test. It is dropped with this value; a failure to drop it is ignored.
#[derive(Debug)]
pub struct Database {
    name: String,
    address: SocketAddr,
    server: String,
}

impl Database {
    /// The name of the database on its server.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// URL of the database.
    pub fn url(&self) -> String {
        self.url_through(self.address)
    }

    /// URL of the database through a proxy that listens at `address`.
    pub fn url_through(&self, address: SocketAddr) -> String {
        format!("postgres://csp@{address}/{}", self.name)
    }

    /// Opens a connection to the database.
    pub async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.url()).await.unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // In the background. A database that is left when this process ends is deleted with the server.
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

/// The running script.
#[derive(Debug)]
struct Running {
    script: Child,
    // Closing stdin stops the server. The kernel closes it even when this process is killed.
    stdin: Option<ChildStdin>,
}

impl Running {
    /// Runs the script until the server is up; returns the server's URL too.
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
        assert_eq!(code, Some(EXIT_WITHOUT_BINARIES), "PostgreSQL does not start: its log is printed above");
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
