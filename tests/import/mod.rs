//! `csp import`: a book comes in over a socket, and every row gets the verdict that it deserves.

mod bad_files;
mod command;
mod half_created;
mod played;
mod verdicts;
