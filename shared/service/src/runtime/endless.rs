//! Answers that end when their server stops: for services whose calls bypass the gate's deadline and limit,
//! health and reflection. Their streams would never end by themselves.

use std::pin::Pin;
use std::task::{Context, Poll};

use http::{HeaderMap, Request, Response};
use http_body::Frame;
use tonic::Status;
use tonic::body::Body;

use crate::fault::Fault;
use crate::runtime::drain::{Drain, DrainSignal};
use crate::runtime::handler::{Handler, handle};

/// Result of one poll of a body.
type Polled = Poll<Option<Result<Frame<<Body as http_body::Body>::Data>, Status>>>;

/// Lets a service answer until the server stops. If the server stops before there is an answer, the request
/// has not arrived completely, so no work was begun.
pub(crate) async fn with_the_server<S: Handler>(
    handler: S,
    request: Request<Body>,
    mut drain: Drain,
) -> Response<Body> {
    let (stopping, over) = (drain.clone(), DrainSignal::new());
    let request = request.map(|body| Body::new(Ending::asked(body, over.listen())));
    tokio::select! {
        biased;
        response = handle(handler, request) => {
            response.map(|body| Body::new(Ending::answered(body, stopping, over)))
        }
        () = drain.begun() => stopped().into_http(),
    }
}

/// The status with which an answer ends. The cursor is empty, because these streams are not change feeds.
fn stopped() -> Status {
    Status::from(Fault::Stopping { cursor: String::new() })
}

/// A body that ends when the server stops.
struct Ending {
    body: Body,
    stopping: Pin<Box<dyn Future<Output = ()> + Send>>,
    /// Set only in the body of an answer: the signal ends the body of the request too. A request body that is
    /// still being read would keep the connection open.
    over: Option<DrainSignal>,
    state: State,
}

/// State of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    GoesOn,
    /// The last frame was sent after the server began to stop. A frame that is ready is still sent, because
    /// health reports the stop itself.
    Stops,
    Ended,
}

impl Ending {
    fn asked(body: Body, drain: Drain) -> Self {
        Ending { body, stopping: begun(drain), over: None, state: State::GoesOn }
    }

    fn answered(body: Body, drain: Drain, over: DrainSignal) -> Self {
        Ending { body, stopping: begun(drain), over: Some(over), state: State::GoesOn }
    }

    fn end(&mut self) -> Polled {
        self.state = State::Ended;
        Poll::Ready(self.over.as_ref().map(|over| {
            over.begin();
            let mut trailers = HeaderMap::new();
            stopped().add_header(&mut trailers).map(|()| Frame::trailers(trailers))
        }))
    }
}

fn begun(mut drain: Drain) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move { drain.begun().await })
}

impl http_body::Body for Ending {
    type Data = <Body as http_body::Body>::Data;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        match self.state {
            State::Ended => return Poll::Ready(None),
            State::Stops => return self.end(),
            State::GoesOn => {}
        }
        let stops = self.stopping.as_mut().poll(context).is_ready();
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) if stops => {
                self.state = if frame.is_trailers() { State::Ended } else { State::Stops };
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Pending if stops => self.end(),
            told => told,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.state == State::Ended || self.body.is_end_stream()
    }
}
