//! Reading the request of a watch.

use std::collections::BTreeSet;
use std::time::Duration;

use csp_proto::feed::v1 as pb;
use csp_store::Connection;
use csp_store::feed::{CursorError, Place, State, verify};
use csp_store::journal::Recorded;

use super::event::{self, is_resource_type};
use crate::fault::Result;
use crate::request::fields::Fields;

/// After how long without an event a bookmark is sent, unless asked otherwise.
pub const BOOKMARK_INTERVAL_DEFAULT: Duration = Duration::from_secs(10);
/// The shortest that may be asked for.
pub const BOOKMARK_INTERVAL_MIN: Duration = Duration::from_millis(100);
/// The longest that may be asked for.
pub const BOOKMARK_INTERVAL_MAX: Duration = Duration::from_secs(300);
/// Values of one list of a filter.
pub const FILTER_VALUES_MAX: usize = 100;
/// Characters of one value.
pub const FILTER_VALUE_CHARS_MAX: usize = 200;

/// What every service's `WatchEventsRequest` asks for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Watch {
    /// Its `start`.
    pub start: i32,
    /// Its `cursor`.
    pub cursor: String,
    /// Its `filter`.
    pub filter: Option<pb::EventFilter>,
    /// Its `bookmark_interval`.
    pub bookmark_interval: Option<prost_types::Duration>,
}

/// The same, well formed.
pub(super) struct Asked {
    pub(super) from: From,
    pub(super) filter: Filter,
    pub(super) bookmark_interval: Duration,
}

/// Where a watch begins.
pub(super) enum From {
    Start(pb::Start),
    Cursor(String),
}

impl Watch {
    pub(super) fn read(self, service: &str) -> Result<Asked> {
        let mut fields = Fields::new();
        let from = if self.cursor.is_empty() {
            fields.enum_value("start", self.start).map(From::Start)
        } else {
            if self.start != 0 {
                fields.refuse("start", "must be unset with a cursor");
            }
            Some(From::Cursor(self.cursor))
        };
        let interval = read_interval(&mut fields, self.bookmark_interval.as_ref());
        let filter = Filter::read(&mut fields, self.filter.unwrap_or_default(), service);
        fields.finish(|| Some(Asked { from: from?, filter, bookmark_interval: interval? }))
    }
}

impl From {
    /// The place itself, checked against the feed.
    pub(super) async fn place(self, reader: &mut Connection, state: &State) -> Result<Place, CursorError> {
        let place = match self {
            From::Cursor(cursor) => Place::of_cursor(&cursor, &state.id)?,
            From::Start(pb::Start::Oldest) => return Ok(Place::oldest(reader).await?),
            From::Start(pb::Start::Now) => return Ok(Place::newest(reader).await?),
            From::Start(pb::Start::Beginning | pb::Start::Unspecified) => Place::BEGINNING,
        };
        verify(reader, &place).await?;
        Ok(place)
    }
}

fn read_interval(fields: &mut Fields, asked: Option<&prost_types::Duration>) -> Option<Duration> {
    let Some(asked) = asked else { return Some(BOOKMARK_INTERVAL_DEFAULT) };
    let interval = Duration::try_from(*asked).ok();
    let fits = interval.filter(|asked| (BOOKMARK_INTERVAL_MIN..=BOOKMARK_INTERVAL_MAX).contains(asked));
    if fits.is_none() {
        fields.refuse("bookmark_interval", "must be between 100 ms and 5 minutes");
    }
    fits
}

/// Which entries are told; an empty list lets every one pass.
#[derive(Debug, Default)]
pub(super) struct Filter {
    resource_types: BTreeSet<String>,
    resources: BTreeSet<String>,
    commands: BTreeSet<String>,
    event_types: BTreeSet<String>,
}

impl Filter {
    fn read(fields: &mut Fields, asked: pb::EventFilter, service: &str) -> Filter {
        let filter = Filter {
            resource_types: values(fields, "filter.resource_types", asked.resource_types),
            resources: values(fields, "filter.resources", asked.resources),
            commands: values(fields, "filter.commands", asked.commands),
            event_types: values(fields, "filter.event_types", asked.event_types),
        };
        // A misspelt kind would be waited for in vain.
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
