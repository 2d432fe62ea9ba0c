//! Every rule, by family, each above the function that judges it. `catalogue` has them in one list.

#![expect(
    missing_docs,
    reason = "a rule's statement is its documentation; a comment says only what that leaves out"
)]

mod webmail_domains;

pub mod agreement;
pub mod customer;
pub mod enrollment;
pub mod multi_partner;
pub mod offer;
pub mod order;
pub mod partnership;
pub mod region;
pub mod selling;
pub mod standing;
pub mod subscription;
