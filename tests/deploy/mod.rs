//! The files in `deploy/`, compared with the command `csp`: the example configuration is complete and true,
//! the deployments set only known variables, and the probe reports whether a process serves.

mod deployments;
mod entry;
mod example;
mod probe;
