//! Four processes of `csp` on PostgreSQL, as in production, beside limits measured on the same server and
//! machine without a suite: `pgbench`'s TPC-B for orders, an echo and a bare `SELECT` for reads.
//!
//! One server with four databases writes to this machine's disk, with fsync. Clients and server share the
//! machine in all measurements, those of `pgbench` too.
//!
//! In reading order: `tpcb` and `parts` (the limits), `scene` (partner, customers and orders), `orders`,
//! `reads`, and `statements`, which counts statements on one suite in this process.

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
/// Calls in flight in each load of orders; also the clients of `pgbench`.
const IN_FLIGHT: [usize; 2] = [8, READS_IN_FLIGHT];
/// Calls in flight in the load of reads.
const READS_IN_FLIGHT: usize = 32;
/// Maximum memory that an idle process should use, in KiB.
const MEMORY_AIM_KB: u32 = 40 * 1024;

/// Prints the figures on PostgreSQL, or a line that says why they cannot be measured here.
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
        // The server is new and has no statistics yet. `pgbench` analyzes its own tables too.
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
