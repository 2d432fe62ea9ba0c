//! The errors of the commands of `csp`, printed for the person who ran the command.

use std::fmt;
use std::net::SocketAddr;

use tonic::Status;

/// Why a command failed. The text is one sentence; it names the remedy where there is one.
#[derive(Debug)]
pub enum Failure {
    /// The command cannot run with these arguments, or the machine refuses what the command needs.
    Usage(String),
    /// The configuration was rejected.
    Config(crate::config::ConfigError),
    /// The database of a service could not be opened or migrated.
    Suite(crate::process::suite::OpenError),
    /// A listener could not be opened, or serving failed.
    Serve(csp_service::ServeError),
    /// No suite answers at this address.
    NotRunning(SocketAddr),
    /// The suite answers its health check, but does not serve calls.
    NotServing {
        /// The address that was asked.
        server: SocketAddr,
        /// The health status of the suite, for example `NOT_SERVING`.
        said: &'static str,
    },
    /// The suite answered the call with an error.
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
    /// The failure behind a failed call to the suite at `server`: UNAVAILABLE means that no suite runs there.
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
