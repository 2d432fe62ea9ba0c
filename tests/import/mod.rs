//! `csp import`: a book – a folder of CSV files – is sent over a socket, and every row gets the expected
//! verdict.

mod bad_files;
mod command;
mod half_created;
mod played;
mod verdicts;
