//! The limit that the server sets: TPC-B by `pgbench` with prepared statements. A transaction takes seven
//! round trips: five statements, begin and commit.

use std::path::{Path, PathBuf};
use std::process::Command;

use csp_tests::{Database, Postgres};

use super::MEASURED;

/// Scale factor, the number of branches: as many as the maximum number of clients, so that clients wait for
/// the disk rather than for each other.
const SCALE: u32 = 32;
/// Threads of `pgbench`.
const THREADS: u32 = 2;

/// A database that `pgbench` filled.
pub(super) struct Tpcb {
    program: PathBuf,
    database: Database,
}

impl Tpcb {
    /// Fills a database of the server. Without `pgbench`: `None`, and a printed line that says so.
    pub(super) async fn prepare(server: &Postgres) -> Option<Tpcb> {
        let Some(program) = Postgres::program("pgbench") else {
            println!("{:<52} not measured: pgbench is not installed", "pgbench TPC-B");
            return None;
        };
        let database = server.create_database(None).await;
        pgbench(&program, &database, &["--initialize", "--quiet", &format!("--scale={SCALE}")]);
        Some(Tpcb { program, database })
    }

    /// Measures and prints transactions a second of that many clients.
    pub(super) fn per_second(&self, clients: usize) -> f64 {
        let (clients_option, seconds) =
            (format!("--client={clients}"), format!("--time={}", MEASURED.as_secs()));
        let threads = format!("--jobs={THREADS}");
        let arguments = ["--protocol=prepared", "--no-vacuum", &clients_option, &threads, &seconds];
        let report = pgbench(&self.program, &self.database, &arguments);
        let rate = report.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate = rate.and_then(|rest| rest.split(' ').next()).and_then(|rate| rate.parse().ok());
        let rate: f64 = rate.expect("pgbench reports its rate");
        let figure = format!("pgbench TPC-B, scale {SCALE}, {clients} clients");
        println!("{figure:<52} {rate:>12.0}/s {:>22}", "(limit)");
        rate
    }
}

/// Runs `pgbench`; returns its stdout.
fn pgbench(program: &Path, database: &Database, arguments: &[&str]) -> String {
    let ended = Command::new(program).args(arguments).arg(database.url()).output().unwrap();
    assert!(ended.status.success(), "pgbench fails: {}", String::from_utf8_lossy(&ended.stderr));
    String::from_utf8(ended.stdout).unwrap()
}
