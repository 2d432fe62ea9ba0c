//! A killed process loses no acknowledged write, repeats no effect and leaves no operation unfinished. A
//! crash of the PostgreSQL server under the suite loses no acknowledged write either.
//!
//! `history` records the answers that callers got, `stored` reads the final state, `checks` compares the two,
//! and `doctored` shows that each check finds an error. `writer`, `actions` and `load` make the load, and
//! `cast` sets the scene. `kills`, `starts`, `server_restart`, `repeat` and `feed` are the tests.

mod history;
mod stored;
mod checks;
mod doctored;
mod cast;
mod writer;
mod actions;
mod load;
mod kills;
mod starts;
mod server_restart;
mod repeat;
mod feed;
