//! Why a command of `csp` failed, for the person who ran it.

use std::fmt;
use std::net::SocketAddr;

use tonic::Status;

/// What went wrong, in one sentence with its remedy.
#[derive(Debug)]
pub enum Failure {
    /// What was asked for cannot be done as asked.
    Usage(String),
    /// The configuration is none.
    Config(crate::config::ConfigError),
    /// The suite could not be started or served.
    Suite(crate::process::suite::OpenError),
    /// The server failed.
    Serve(csp_service::ServeError),
    /// No suite answers at that address.
    NotRunning(SocketAddr),
    /// The suite answers, but takes no calls.
    NotServing {
        /// Where it is.
        server: SocketAddr,
        /// What it says of itself.
        said: &'static str,
    },
    /// The suite refused.
    Refused(Box<Status>),
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Usage(problem) => out.write_str(problem),
            Failure::Config(error) => write!(out, "{error}"),
            Failure::Suite(error) => write!(out, "{error}"),
            Failure::Serve(error) => write!(out, "{error}"),
            Failure::NotRunning(server) => {
                write!(
                    out,
                    "no suite answers at `{server}`; start one with `csp up --dev`, or name it with --server"
                )
            }
            Failure::NotServing { server, said } => {
                write!(out, "the suite at `{server}` takes no calls: it says {said}")
            }
            Failure::Refused(status) => write!(out, "{:?}: {}", status.code(), status.message()),
        }
    }
}

impl Failure {
    /// What a failed call of the suite at `server` means.
    pub fn of_call(server: SocketAddr, status: Status) -> Self {
        match status.code() {
            tonic::Code::Unavailable => Failure::NotRunning(server),
            _ => Failure::Refused(Box::new(status)),
        }
    }
}

impl From<crate::config::ConfigError> for Failure {
    fn from(error: crate::config::ConfigError) -> Self {
        Failure::Config(error)
    }
}

impl From<crate::process::suite::OpenError> for Failure {
    fn from(error: crate::process::suite::OpenError) -> Self {
        Failure::Suite(error)
    }
}

impl From<csp_service::ServeError> for Failure {
    fn from(error: csp_service::ServeError) -> Self {
        Failure::Serve(error)
    }
}
