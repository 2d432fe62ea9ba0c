//! `csp.sandbox.v1.ClockService`: shows and moves the clock of a sandbox. For development mode only.

use csp_proto::sandbox::v1 as pb;
use csp_proto::sandbox::v1::clock_service_server::ClockService;
use tonic::{Request, Response, Status};

use crate::fault::Fault;
use crate::request::fields::Fields;
use crate::request::wire;
use crate::runtime::clock::Clock;

/// The clock service of the process.
#[derive(Debug, Clone)]
pub struct ClockControl {
    clock: Clock,
}

impl ClockControl {
    /// A clock service for `clock`. All clones of the clock move together.
    pub fn new(clock: Clock) -> Self {
        ClockControl { clock }
    }
}

#[tonic::async_trait]
impl ClockService for ClockControl {
    async fn get_clock(
        &self,
        _: Request<pb::GetClockRequest>,
    ) -> Result<Response<pb::GetClockResponse>, Status> {
        Ok(Response::new(pb::GetClockResponse { time: Some(wire::timestamp(self.clock.now())) }))
    }

    async fn set_clock(
        &self,
        request: Request<pb::SetClockRequest>,
    ) -> Result<Response<pb::SetClockResponse>, Status> {
        let time = Fields::only(|fields| fields.instant("time", request.get_ref().time.as_ref()))?;
        self.clock.set(time).map_err(|error| Fault::field("time", format!("is refused: {error}")))?;
        Ok(Response::new(pb::SetClockResponse { time: Some(wire::timestamp(self.clock.now())) }))
    }
}
