//! What every client may rely on, whatever the service: who may call what, how an error looks, what a repeat
//! and a dry run do, and what a person with grpcurl sees.

mod access;
mod bad_input;
mod grpcurl;
mod previews;
mod repeats;
mod reach;
mod rounds;
