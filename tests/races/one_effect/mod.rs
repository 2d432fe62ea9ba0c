//! A request has one effect and one answer, however often the request is sent and whatever is lost on the
//! way.
//!
//! `scene` sends three mutations and counts their effects. `repeats` sends each 64 times at once.
//! `lost_answers` loses the answers to the caller. `lost_commits` cuts the connection to the database right
//! after a commit, and `late_commits` cuts it before a commit. `records` checks the stored answers: how long
//! they are kept, for which caller, and that they contain no secret.

mod late_commits;
mod lost_answers;
mod lost_commits;
mod records;
mod repeats;
mod scene;
