//! Follows a feed over every end of a connection, without losing its place.

use std::io::Write as _;
use std::time::Duration;

use csp_proto::feed::v1::feed_service_client::FeedServiceClient;
use csp_proto::feed::v1::watch_events_response::Content;
use csp_proto::feed::v1::{ChangeEvent, Start, WatchEventsRequest, WatchEventsResponse};
use csp_service::was_cut_off;
use tokio::time::{sleep, timeout};
use tonic::transport::Channel;
use tonic::{Code, Status};

use super::cloud_event::cloud_event;
use super::line::line_for_people;
use crate::command::client;
use crate::failure::Failure;

/// Pause before the connection is made again.
const PAUSE: Duration = Duration::from_secs(1);
/// Maximum time without an event or bookmark. The feed sends a bookmark every 10 s, so a connection that is
/// silent for longer is broken.
const SILENCE_MAX: Duration = Duration::from_secs(45);

/// The format of an event: a line for people, or JSON.
#[derive(Debug, Clone, Copy)]
pub(super) enum Format {
    People,
    Json,
}

impl Format {
    pub(super) fn of(json: bool) -> Self {
        if json { Format::Json } else { Format::People }
    }

    fn line(self, event: &ChangeEvent) -> String {
        match self {
            Format::People => line_for_people(event),
            Format::Json => cloud_event(event),
        }
    }
}

/// A watch that goes on until it is stopped.
pub(super) struct Follower {
    client: FeedServiceClient<Channel>,
    /// The request that goes on after the last printed event.
    request: WatchEventsRequest,
    format: Format,
    /// Whether the server has sent an event or bookmark.
    has_begun: bool,
}

impl Follower {
    pub(super) fn new(channel: Channel, request: WatchEventsRequest, format: Format) -> Self {
        Follower { client: FeedServiceClient::new(channel), request, format, has_begun: false }
    }

    /// Prints events until the standard output is closed, or with `once` until the feed has caught up.
    ///
    /// # Errors
    /// [`Failure`] when the suite refuses the watch.
    pub(super) async fn follow(&mut self, once: bool) -> Result<(), Failure> {
        loop {
            match self.follow_connection(once).await {
                Ok(()) => return Ok(()),
                Err(status) if self.has_begun && may_pass(&status) => {
                    eprintln!("csp: {}; the watch goes on", status.message());
                    sleep(PAUSE).await;
                }
                Err(status) => return Err(self.failed(status)),
            }
        }
    }

    /// How to go on after the last printed event; `None` before the first event or bookmark.
    pub(super) fn onward(&self) -> Option<String> {
        self.has_begun.then(|| format!("go on with `--from {}`", self.request.cursor))
    }

    async fn follow_connection(&mut self, once: bool) -> Result<(), Status> {
        let asked = client::by_operator(self.request.clone());
        let mut stream = self.client.watch_events(asked).await?.into_inner();
        loop {
            let next = timeout(SILENCE_MAX, stream.message()).await;
            let next = next.map_err(|_| Status::unavailable("the server has fallen silent"))??;
            let next = next.ok_or_else(|| Status::unavailable("the server has ended the stream"))?;
            if self.is_over(next, once) {
                return Ok(());
            }
        }
    }

    /// Prints an event, and keeps the cursor after it. Returns whether nothing more is to be printed.
    fn is_over(&mut self, told: WatchEventsResponse, once: bool) -> bool {
        let (cursor, is_over) = match told.content {
            Some(Content::Event(event)) => {
                if writeln!(std::io::stdout(), "{}", self.format.line(&event)).is_err() {
                    // The standard output is closed: the reader needs no more lines.
                    return true;
                }
                (event.cursor, false)
            }
            Some(Content::Bookmark(bookmark)) => (bookmark.cursor, once && bookmark.caught_up),
            None => return false,
        };
        (self.request.start, self.request.cursor) = (Start::Unspecified.into(), cursor);
        self.has_begun = true;
        is_over
    }

    fn failed(&self, status: Status) -> Failure {
        match self.onward() {
            Some(onward) => Failure::Usage(format!("{}\ncsp: {onward}", status.message())),
            None => Failure::Refused(Box::new(status)),
        }
    }
}

/// Whether a new connection may go on: the connection broke, the server stopped or is full, or it ended a
/// stream that was read too slowly.
fn may_pass(status: &Status) -> bool {
    matches!(status.code(), Code::Unavailable | Code::Unknown | Code::ResourceExhausted)
        || was_cut_off(status)
}

#[cfg(test)]
mod tests {
    use csp_proto::feed::v1::Bookmark;

    use super::*;

    fn follower() -> Follower {
        let channel = tonic::transport::Endpoint::from_static("http://127.0.0.1:1").connect_lazy();
        let request = WatchEventsRequest { start: Start::Now.into(), ..WatchEventsRequest::default() };
        Follower::new(channel, request, Format::of(true))
    }

    #[tokio::test]
    async fn a_watch_goes_on_after_the_last_event_or_bookmark() {
        let mut follower = follower();
        assert_eq!(follower.onward(), None);
        let event = ChangeEvent { cursor: "after-1".to_owned(), ..ChangeEvent::default() };
        let bookmark = Bookmark { cursor: "after-2".to_owned(), caught_up: false };
        for (content, cursor) in
            [(Content::Event(event), "after-1"), (Content::Bookmark(bookmark), "after-2")]
        {
            assert!(!follower.is_over(WatchEventsResponse { content: Some(content) }, true));
            assert_eq!(
                (follower.request.start(), follower.request.cursor.as_str()),
                (Start::Unspecified, cursor)
            );
        }
        let failure = follower.failed(csp_service::Fault::FeedCursorInvalid.into()).to_string();
        assert!(failure.ends_with("go on with `--from after-2`"), "{failure}");
    }

    #[tokio::test]
    async fn a_watch_that_never_began_fails_with_the_answer_of_the_suite() {
        assert!(matches!(follower().failed(Status::internal("x")), Failure::Refused(_)));
    }

    #[test]
    fn a_stopped_server_and_a_slow_reader_are_no_end() {
        let stopping = csp_service::Fault::Stopping { cursor: String::new() };
        let slow = csp_service::Fault::FeedConsumerTooSlow { wait_max: PAUSE, cursor: String::new() };
        assert!(may_pass(&stopping.into()) && may_pass(&slow.into()));
        assert!(!may_pass(&csp_service::Fault::FeedCursorInvalid.into()));
    }
}
