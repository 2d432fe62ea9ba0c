//! What commands ask of their databases: how often, and what becomes of them when a statement fails.

mod command;
mod counted;
mod given_up;
mod notes;
mod round_trips;
mod scene;
mod schema;
mod survives;
