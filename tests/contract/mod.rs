//! The contract with clients, the same for every service: roles, visibility, errors, repeats, previews,
//! batches, the comments of the contract and the output of grpcurl.

mod access;
mod annotations;
mod bad_input;
mod calls;
mod comments;
mod errors;
mod examples;
mod grpcurl;
mod previews;
mod repeats;
mod reach;
mod refusals_command;
mod refused_creations;
mod results;
mod revisions;
mod rounds;
mod rule_table;
