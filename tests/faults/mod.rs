//! The suite under real faults: a full disk, a silent peer, SIGTERM, and a database or a configuration that
//! does not fit.
//!
//! Not tested: a full disk under PostgreSQL's write-ahead log. PostgreSQL then stops, and
//! `crash::server_restart` tests a stopped server. Whether PostgreSQL itself survives such a disk is for
//! PostgreSQL's own tests.
//!
//! `CSP_FAULTS_LONG=1` runs the long form: a peer is silent for half a minute, and a call outlasts the drain.

mod small_disk;
mod disk_full;
mod four;
mod silent_peer;
mod drain;
mod start;
