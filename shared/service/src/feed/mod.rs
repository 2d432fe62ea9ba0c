//! The change feed of a service: one implementation for all four services.
//!
//! ```text
//! commit ──▶ sequencer (sequencer.rs) ──▶ watcher (watcher.rs) ──▶ bounded queue ──▶ stream (stream.rs)
//!        wakes                        wakes: reads page by page, filters, sends events and bookmarks
//! ```
//! `watch.rs` starts a watch, `request.rs` and `filter.rs` read its request, and `event.rs` converts journal
//! entries to events. The sequencer gives committed entries their positions, and a watcher reads only entries
//! with a position. A watcher therefore sees the commits of other processes in the same order. The service
//! stores nothing about a watcher: the cursor is enough to resume.

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
pub use sequencer::{PASS_PAUSE, PASS_PERIOD};
pub use signal::{Feed, Limits};
pub use stream::Watching;
pub use watch::{Following, follow, watch};
