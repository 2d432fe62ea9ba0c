//! What stands in `deploy/`, held against the command that it deploys: the example configuration is complete and
//! says no more than is true, the deployments use what is there, and a probe tells well from unwell.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod deployments;
mod entry;
mod example;
mod probe;
