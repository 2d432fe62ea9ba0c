//! A killed process loses nothing that it acknowledged, does nothing twice, and leaves nothing half-done; and a
//! server that crashes under the suite takes nothing with it.
//!
//! `history` is what was acknowledged, `stored` what there is in the end, `checks` compares the two (and
//! `doctored` shows that they find something); `writer` and `deeds` are the load, `cast` the scene. `kills`,
//! `starts`, `server_restart`, `repeat` and `feed` are the tests.

mod history;
mod stored;
mod checks;
mod doctored;
mod cast;
mod writer;
mod deeds;
mod load;
mod kills;
mod starts;
mod server_restart;
mod repeat;
mod feed;
