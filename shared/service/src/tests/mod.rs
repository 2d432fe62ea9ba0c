//! Tests of several rooms together: a service as its clients meet it.

mod errors;
mod feed;
mod mutations;
mod restarts;
mod server;
mod stopping;
