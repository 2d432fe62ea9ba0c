//! Faults around the suite, each caused for real, and what it does then: a full disk, a silent peer, a signal to
//! stop, a database or a configuration that does not fit.
//!
//! Not tested: a disk full of PostgreSQL's log of writes. The server stops then, which is tested as a server that is
//! gone; that it stands it is PostgreSQL's to test.
//!
//! `CSP_FAULTS_LONG=1` makes it long: a peer is silent for half a minute, and a call outlasts the drain.

mod small_disk;
mod disk_full;
mod four;
mod silent_peer;
mod drain;
mod start;
