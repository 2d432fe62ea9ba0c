//! Every rule, by family. Each rule stands above the functions that judge it. [`catalogue`](crate::catalogue)
//! lists all rules.
//!
//! A sentence number in a comment refers to the source with numbered sentences that the rule cites.

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
pub mod upgrade;
