//! The change of one resource by a mutation, for the journal.

use csp_store::journal::Change;
use prost::{Message, Name};

use crate::command::preview::Touched;
use crate::fault::Result;
use crate::request::descriptors::json;

/// A change of one resource. Resource messages contain no secrets, so the journal contains none either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    pub(crate) resource_type: String,
    pub(crate) name: String,
    pub(crate) revision: i64,
    pub(crate) change: Change,
}

impl Effect {
    /// The resource `name` was created.
    pub fn created<M: Message + Name>(name: &str, revision: i64, after: &M) -> Result<Self> {
        Self::new::<M>(name, revision, None, Some(after))
    }

    /// The resource `name` was changed.
    pub fn changed<M: Message + Name>(name: &str, revision: i64, before: &M, after: &M) -> Result<Self> {
        Self::new(name, revision, Some(before), Some(after))
    }

    /// The resource `name` was deleted; `revision` is its last revision plus one.
    pub fn deleted<M: Message + Name>(name: &str, revision: i64, before: &M) -> Result<Self> {
        Self::new::<M>(name, revision, Some(before), None)
    }

    /// Whether the resource differs from before: an act whose result was already there changes nothing.
    pub(crate) fn is_change(&self) -> bool {
        self.change.before != self.change.after
    }

    /// The resource, for the response to a preview.
    pub(crate) fn touched(&self) -> Touched<'_> {
        Touched { name: &self.name, is_created: self.change.before.is_none() }
    }

    fn new<M: Message + Name>(
        name: &str,
        revision: i64,
        before: Option<&M>,
        after: Option<&M>,
    ) -> Result<Self> {
        let change = Change { before: before.map(json).transpose()?, after: after.map(json).transpose()? };
        Ok(Effect { resource_type: M::full_name(), name: name.to_owned(), revision, change })
    }
}
