//! The contract with clients, the same for every service: roles, visibility, errors, repeats, previews,
//! batches and the output of grpcurl.

mod access;
mod bad_input;
mod grpcurl;
mod previews;
mod repeats;
mod reach;
mod rounds;
