//! What stands in `deploy/`, held against the command that it deploys: the example configuration is complete and
//! says no more than is true, the deployments use what is there, and a probe tells well from unwell.

mod deployments;
mod entry;
mod example;
mod probe;
