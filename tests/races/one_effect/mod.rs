//! A request has one effect and one answer, however often it is sent and whatever is lost on the way.
//!
//! `scene` has three mutations with a request id and what each leaves behind; `repeats` sends them 64 times at once,
//! `lost_answers` hangs up on them, `lost_commits` cuts the database's connection right after each commit,
//! `late_commits` cuts it when the commit is still to come, and `records` looks at what is remembered, for whom and how long.

mod late_commits;
mod lost_answers;
mod lost_commits;
mod records;
mod repeats;
mod scene;
