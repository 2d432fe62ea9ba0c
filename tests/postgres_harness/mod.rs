//! What the tests of PostgreSQL stand on, tested itself: the throwaway server, and the faults on the way to it.

mod counts;
mod cuts;
mod pipeline;
mod refusals;
mod scene;
mod server;
mod tap;
