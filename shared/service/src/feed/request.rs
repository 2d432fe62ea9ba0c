//! Reads the request of a watch.

use std::time::Duration;

use csp_proto::feed::v1 as pb;
use csp_store::feed::{CursorError, Place, places, verify};

use super::filter::Filter;
use super::source::{Source, cursor_fault};
use crate::fault::Result;
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
    /// Reads the request of a watch of the feed of `services`.
    pub(super) fn read(asked: pb::WatchEventsRequest, services: &[&str]) -> Result<Asked> {
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
        let filter = Filter::read(&mut fields, asked.filter.unwrap_or_default(), services);
        fields.finish(|| Some(Asked { from: from?, filter, bookmark_interval: interval? }))
    }
}

impl From {
    /// Sets the place in every source, and checks that the source still contains it. `feed` names the feed of
    /// all sources.
    pub(super) async fn place(&self, sources: &mut [Source], feed: &str) -> Result<()> {
        if let From::Cursor(cursor) = self {
            let ids: Vec<&str> = sources.iter().map(|source| source.feed_id.as_str()).collect();
            let places = places(cursor, &ids).map_err(|error| cursor_fault(feed, error))?;
            for (source, place) in sources.iter_mut().zip(places) {
                source.place = place;
            }
        }
        for source in sources {
            source.place = self.place_in(source).await.map_err(|error| cursor_fault(&source.name, error))?;
        }
        Ok(())
    }

    async fn place_in(&self, source: &Source) -> Result<Place, CursorError> {
        let mut reader = source.book.store.read().await?;
        match self {
            From::Start(pb::Start::Oldest) => Ok(Place::oldest(&mut reader).await?),
            From::Start(pb::Start::Now) => Ok(Place::newest(&mut reader).await?),
            From::Cursor(_) | From::Start(pb::Start::Beginning | pb::Start::Unspecified) => {
                verify(&mut reader, &source.place).await?;
                Ok(source.place.clone())
            }
        }
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
