//! The change feed of a process: one feed of all its services.
//!
//! ```text
//! commit ──▶ sequencer (sequencer.rs) ──▶ watcher (watcher.rs) ──▶ bounded queue ──▶ stream (stream.rs)
//!        wakes                        wakes: reads page by page, filters, sends events and bookmarks
//! ```
//! `service.rs` starts a watch, `request.rs` and `filter.rs` read its request, `source.rs` reads the entries
//! of one service, and `event.rs` converts them to events. The sequencer gives committed entries their
//! positions, and a watcher reads only entries with a position. A watcher therefore sees the commits of other
//! processes in the same order. The entries of one service are sent in their order; between the entries of
//! several services there is no order. The service stores nothing about a watcher: the cursor, which holds a
//! place in each source, is enough to resume.

mod event;
mod filter;
mod request;
mod sequencer;
mod service;
pub(crate) mod signals;
mod source;
mod stream;
mod watcher;

pub use filter::{FILTER_VALUE_CHARS_MAX, FILTER_VALUES_MAX};
pub use request::{BOOKMARK_INTERVAL_DEFAULT, BOOKMARK_INTERVAL_MAX, BOOKMARK_INTERVAL_MIN};
pub use sequencer::{PASS_PAUSE, PASS_PERIOD};
pub use service::{Feed, Limits};
pub use stream::Watching;
