//! The guard of a relationship that orders rest on (rule CUS-09).

pub(crate) mod table;

#[cfg(test)]
pub(crate) mod tests;
