//! The SQL statements of the commands: how many each command makes, and that each command survives the
//! failure of each of its statements.

mod command;
mod counted;
mod cancelled;
mod notes;
mod round_trips;
mod scene;
mod schema;
mod survives;
