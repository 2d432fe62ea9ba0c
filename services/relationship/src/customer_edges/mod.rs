//! The edges between a customer and the partners that sell to it: existing edges that a decision uses, new
//! edges that an allowed act begins, and the RPCs on edges for the other services.

mod check_partners;
mod dissolve;
mod establish;
mod existing_edges;
mod new_edges;
mod partners;
mod read;
pub(crate) mod table;
#[cfg(test)]
mod tests;

pub(crate) use self::check_partners::check_customer_partners;
pub(crate) use self::dissolve::dissolve;
pub(crate) use self::establish::establish;
pub(crate) use self::existing_edges::ExistingEdges;
pub(crate) use self::new_edges::{NewEdges, servers};
pub(crate) use self::partners::list_customer_partners;
pub(crate) use self::read::{
    batch_get_edges, customer_access, get_customer_access, get_edges, list_served_customers,
};
