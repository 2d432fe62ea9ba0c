//! Reads the request of a watch.

use std::time::Duration;

use csp_proto::Watch;
use csp_proto::feed::v1 as pb;
use csp_store::Connection;
use csp_store::feed::{CursorError, Place, State, verify};

use super::filter::Filter;
use crate::fault::{Fault, Result};
use crate::request::fields::Fields;

/// Default time without an event after which a bookmark is sent.
pub const BOOKMARK_INTERVAL_DEFAULT: Duration = Duration::from_secs(10);
/// Minimum bookmark interval that a request may set.
pub const BOOKMARK_INTERVAL_MIN: Duration = Duration::from_millis(100);
/// Maximum bookmark interval that a request may set.
pub const BOOKMARK_INTERVAL_MAX: Duration = Duration::from_secs(300);

/// A well-formed request of a watch.
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

impl Asked {
    pub(super) fn read(asked: Watch, service: &str) -> Result<Asked> {
        let mut fields = Fields::new();
        let from = if asked.cursor.is_empty() {
            fields.enum_value("start", asked.start).map(From::Start)
        } else {
            if asked.start != 0 {
                fields.refuse("start", "must be unset with a cursor");
            }
            Some(From::Cursor(asked.cursor))
        };
        let interval = read_interval(&mut fields, asked.bookmark_interval.as_ref());
        let filter = Filter::read(&mut fields, asked.filter.unwrap_or_default(), service);
        fields.finish(|| Some(Asked { from: from?, filter, bookmark_interval: interval? }))
    }
}

impl From {
    /// Resolves the place in the feed and checks that the feed still contains it.
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

/// The fault for a cursor that this feed does not accept.
pub(super) fn cursor_fault(service: &'static str, error: CursorError) -> Fault {
    match error {
        CursorError::Malformed => Fault::FeedCursorInvalid,
        CursorError::Foreign => Fault::FeedCursorForeign { service },
        CursorError::TooOld { position, first } => Fault::FeedCursorTooOld { service, position, first },
        CursorError::Store(error) => error.into(),
    }
}
