//! The filter of a watch: which events are sent.

use std::collections::BTreeSet;

use csp_proto::feed::v1 as pb;
use csp_store::journal::Recorded;

use super::event::{self, is_resource_type};
use crate::request::fields::Fields;

/// Maximum number of values in one list of a filter.
pub const FILTER_VALUES_MAX: usize = 100;
/// Maximum length of one value, in characters.
pub const FILTER_VALUE_CHARS_MAX: usize = 200;

/// Selects journal entries. An entry must match every list; an empty list matches every entry.
#[derive(Debug, Default)]
pub(super) struct Filter {
    resource_types: BTreeSet<String>,
    resources: BTreeSet<String>,
    commands: BTreeSet<String>,
    event_types: BTreeSet<String>,
}

impl Filter {
    pub(super) fn read(fields: &mut Fields, asked: pb::EventFilter, service: &str) -> Filter {
        let filter = Filter {
            resource_types: values(fields, "filter.resource_types", asked.resource_types),
            resources: values(fields, "filter.resources", asked.resources),
            commands: values(fields, "filter.commands", asked.commands),
            event_types: values(fields, "filter.event_types", asked.event_types),
        };
        // Refuse an unknown type: a watch for a misspelt type would never send an event.
        if let Some(unknown) = filter.resource_types.iter().find(|kind| !is_resource_type(service, kind)) {
            let must = format!("must be kinds of resource of `{service}`, `{unknown}` is none");
            fields.refuse("filter.resource_types", must);
        }
        if let Some(unknown) = filter.event_types.iter().find(|name| !event::is_event_type(service, name)) {
            let must = format!("must be types of event of `{service}`, `{unknown}` is none");
            fields.refuse("filter.event_types", must);
        }
        filter
    }

    pub(super) fn fits(&self, service: &str, entry: &Recorded) -> bool {
        let passes = |list: &BTreeSet<String>, value: &str| list.is_empty() || list.contains(value);
        passes(&self.resource_types, &entry.resource_type)
            && passes(&self.resources, &entry.resource)
            && passes(&self.commands, &entry.command)
            && (self.event_types.is_empty() || passes(&self.event_types, &event::event_type(service, entry)))
    }
}

fn values(fields: &mut Fields, field: &str, values: Vec<String>) -> BTreeSet<String> {
    if values.len() > FILTER_VALUES_MAX {
        fields.refuse(field, format!("must have at most {FILTER_VALUES_MAX} values, had {}", values.len()));
        return BTreeSet::new();
    }
    for value in &values {
        fields.text(field, value, 1..=FILTER_VALUE_CHARS_MAX);
    }
    values.into_iter().collect()
}
