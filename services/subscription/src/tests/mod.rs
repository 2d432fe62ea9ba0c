//! Selling, against peers that answer from a script: what only this service can get wrong.

mod carts;
mod edges;
mod fences;
mod offers;
mod records;
mod seats;
mod selling;
mod world;
