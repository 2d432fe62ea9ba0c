//! The change feed of a service: one implementation, four faces.
//!
//! ```text
//! commit ──▶ sequencer (sequencer.rs) ──▶ watcher (watcher.rs) ──▶ bounded queue ──▶ stream (stream.rs)
//!        wakes                        wakes: reads page by page, filters, tells events and bookmarks
//! ```
//! `watch.rs` starts it, `request.rs` and `filter.rs` read the request, `event.rs` makes an event of a journal entry.
//! A watcher reads only what was numbered, so it sees what other processes committed in the same order. Nothing is
//! remembered of a watcher: all it needs to go on is its cursor.

mod event;
mod filter;
mod request;
mod sequencer;
pub(crate) mod signal;
mod stream;
mod watch;
mod watcher;

pub use csp_proto::{Told, Watch};
pub use event::is_resource_type;
pub use filter::{FILTER_VALUE_CHARS_MAX, FILTER_VALUES_MAX};
pub use request::{BOOKMARK_INTERVAL_DEFAULT, BOOKMARK_INTERVAL_MAX, BOOKMARK_INTERVAL_MIN};
pub use sequencer::{TURN_PAUSE, TURN_PERIOD};
pub use signal::{Feed, Limits};
pub use stream::Watching;
pub use watch::{Following, follow, watch};
