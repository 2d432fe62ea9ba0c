//! Four processes of `csp` on PostgreSQL, as production runs them, beside what the same server and the same machine
//! give without a suite: `pgbench`'s TPC-B for orders, an echo and a bare `SELECT` for reads.
//!
//! One server on this machine's disk, with fsync, and its four databases; clients, processes and server share the
//! machine, in `pgbench`'s turns as in the suite's.
//!
//! In reading order: `tpcb` and `parts` (the limits), `scene` (who trades), `orders`, `reads`, and `statements`, which counts on one
//! suite in this process.

mod orders;
mod parts;
mod reads;
mod scene;
mod statements;
mod tpcb;

use std::time::Duration;

use csp_tests::{Postgres, Running, databases::Databases};

use crate::{child, disk, memory};
use parts::Parts;
use scene::Scene;
use tpcb::Tpcb;

/// How long each load is measured.
const MEASURED: Duration = Duration::from_secs(10);
/// Callers of each load of orders, and clients of `pgbench` beside them.
const IN_FLIGHT: [usize; 2] = [8, READS_IN_FLIGHT];
/// Callers of the reads.
const READS_IN_FLIGHT: usize = 32;
/// What an idle process is to stay below.
const MEMORY_AIM_KB: u32 = 40 * 1024;

/// Prints what the suite costs on PostgreSQL; says so when it cannot be measured here.
pub(crate) async fn run() {
    let csp = child::binary();
    if !csp.exists() {
        println!("not measured: build csp first (cargo build --release --bin csp)");
        return;
    }
    let Some(server) = Postgres::start(true) else {
        println!("not measured: there is no PostgreSQL here");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let fsyncs = disk::fsyncs_per_second(folder.path());
    println!("{:<52} {fsyncs:>12.0}/s {:>22}", "fsync after 4 KiB, one at a time", "(limit)");

    let suite = Running::processes_of(Databases::on(&server).await, &csp).await;
    for (service, process) in suite.process_ids() {
        memory::print(&format!("idle memory of csp serve {service}"), process, MEMORY_AIM_KB);
    }
    let scene = Scene::set(suite).await;
    let tpcb = Tpcb::prepare(&server).await;
    for in_flight in IN_FLIGHT {
        // As a server that was not started a minute ago: `pgbench` does the same when it fills its tables.
        scene.analyze().await;
        let parts = Parts::measure(&scene, in_flight).await;
        orders::run(&scene, tpcb.as_ref(), &parts).await;
        if in_flight == READS_IN_FLIGHT {
            scene.analyze().await;
            reads::run(&scene, &parts).await;
        }
    }
    drop(scene);
    statements::run(&server).await;
}
