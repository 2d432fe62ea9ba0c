//! The rule book, rule by rule: each table shows what is allowed, what is denied and what is irrelevant, on
//! both sides of every boundary date.

#[cfg(test)]
mod check;
#[cfg(test)]
mod fixtures;

mod enrollment;
mod standing;

mod agreement;
mod regions;

mod partnership;

mod customer;
mod selling;

mod order;
mod subscription;

mod precedence;

mod catalogue;
mod document;
