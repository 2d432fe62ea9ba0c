//! The filter of a watch: which events are sent.

use std::collections::BTreeSet;

use csp_proto::feed::v1 as pb;
use csp_store::journal::Recorded;

use super::event;
use crate::request::fields::Fields;
use crate::runtime::access;

/// Maximum number of values in one list of a filter.
pub const FILTER_VALUES_MAX: usize = 100;
/// Maximum length of one value, in characters.
pub const FILTER_VALUE_CHARS_MAX: usize = 200;

const KIND: &str =
    "must be the full name of a kind of resource of this feed, like `csp.relationship.v1.Partnership`";
const METHOD: &str = "must be the full name of an RPC that changes something, like \
     `csp.relationship.v1.RelationshipService/AcceptPartnership`";
const EVENT: &str = "must be a type of event of this feed, like `csp.relationship.v1.Partnership.changed`";

/// Selects journal entries. An entry must match every list; an empty list matches every entry.
#[derive(Debug, Default)]
pub(super) struct Filter {
    resource_types: BTreeSet<String>,
    resources: BTreeSet<String>,
    methods: BTreeSet<String>,
    event_types: BTreeSet<String>,
}

impl Filter {
    /// Reads the filter of a watch of the feed of `services`.
    pub(super) fn read(fields: &mut Fields, asked: pb::EventFilter, services: &[&str]) -> Filter {
        let any = |_: &str| true;
        let is_kind = |name: &str| event::is_resource_type(services, name);
        let is_method = |name: &str| access::method(name).is_some();
        let is_event = |name: &str| event::is_event_type(services, name);
        // An unknown name is refused: a watch for a misspelt name would never send an event.
        Filter {
            resource_types: values(fields, "resource_types", asked.resource_types, is_kind, KIND),
            resources: values(fields, "resources", asked.resources, any, ""),
            methods: values(fields, "methods", asked.methods, is_method, METHOD),
            event_types: values(fields, "event_types", asked.event_types, is_event, EVENT),
        }
    }

    pub(super) fn fits(&self, entry: &Recorded) -> bool {
        let passes = |list: &BTreeSet<String>, value: &str| list.is_empty() || list.contains(value);
        passes(&self.resource_types, &entry.resource_type)
            && passes(&self.resources, &entry.resource)
            && passes(&self.methods, &entry.method)
            && (self.event_types.is_empty() || passes(&self.event_types, &event::event_type(entry)))
    }
}

/// The values of one list. Refuses a list that is too long, and values that are too long or unknown; `must`
/// says what a value must be.
fn values(
    fields: &mut Fields,
    list: &str,
    values: Vec<String>,
    is_known: impl Fn(&str) -> bool,
    must: &str,
) -> BTreeSet<String> {
    if values.len() > FILTER_VALUES_MAX {
        let must = format!("must have at most {FILTER_VALUES_MAX} values, had {}", values.len());
        fields.refuse(&format!("filter.{list}"), must);
        return BTreeSet::new();
    }
    for (index, value) in values.iter().enumerate() {
        let field = format!("filter.{list}[{index}]");
        if fields.text(&field, value, 1..=FILTER_VALUE_CHARS_MAX).is_some() && !is_known(value) {
            fields.refuse(&field, format!("{must}, was `{value}`"));
        }
    }
    values.into_iter().collect()
}
