//! The edges of a customer to those who sell to it: what connects the parties of an act already, what an allowed act
//! sets, and what the other services ask and order.

mod dissolve;
mod establish;
mod existing_edges;
mod new_edges;
mod read;
pub(crate) mod table;
#[cfg(test)]
mod tests;

pub(crate) use self::dissolve::dissolve;
pub(crate) use self::establish::establish;
pub(crate) use self::existing_edges::ExistingEdges;
pub(crate) use self::new_edges::{NewEdges, servers};
pub(crate) use self::read::{
    batch_get_edges, customer_access, get_customer_access, get_edges, list_served_customers,
};
