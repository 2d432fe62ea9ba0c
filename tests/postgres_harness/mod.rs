//! Tests of the test harness for PostgreSQL: the throwaway server, and the proxies that make the connection
//! to it fail.

mod counts;
mod cuts;
mod pipeline;
mod refusals;
mod scene;
mod server;
mod tap;
