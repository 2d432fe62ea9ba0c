//! An operation as `google.longrunning` shows it, with the metadata and the response of a creation.

use csp_proto::customer::v1::{
    CustomerCreationMetadata, CustomerCreationResult, CustomerCreationState, CustomerCreationStep,
};
use csp_proto::google::longrunning::{self, operation};
use csp_service::wire::{self, timestamp};

use super::operation::Operation;
use super::table::{State, Step};
use crate::customer;

impl Operation {
    /// The operation as the API shows it.
    pub(crate) fn render(&self) -> longrunning::Operation {
        let row = self.row();
        let metadata = CustomerCreationMetadata {
            revision: row.revision,
            create_time: Some(timestamp(row.create_time)),
            update_time: Some(timestamp(row.update_time)),
            state: api_state(row.state).into(),
            step: row.step.map_or(CustomerCreationStep::Unspecified, api_step).into(),
            customer: customer::name(&row.customer),
            customer_kept: row.customer_kept,
        };
        let result = match row.state {
            State::Running => None,
            State::Done => row
                .result
                .clone()
                .map(|made| operation::Result::Response(wire::any::<CustomerCreationResult>(made))),
            State::Failed | State::Cancelled => {
                row.error.clone().map(|error| operation::Result::Error(error.0))
            }
        };
        longrunning::Operation {
            name: self.name(),
            metadata: Some(wire::packed(&metadata)),
            done: self.has_ended(),
            result,
        }
    }
}

/// The state in the API's enumeration.
fn api_state(state: State) -> CustomerCreationState {
    match state {
        State::Running => CustomerCreationState::Running,
        State::Done => CustomerCreationState::Done,
        State::Failed => CustomerCreationState::Failed,
        State::Cancelled => CustomerCreationState::Cancelled,
    }
}

/// The step in the API's enumeration.
fn api_step(step: Step) -> CustomerCreationStep {
    match step {
        Step::ClaimTenant => CustomerCreationStep::ClaimTenant,
        Step::EstablishEdges => CustomerCreationStep::EstablishEdges,
        Step::PlaceOrder => CustomerCreationStep::PlaceOrder,
        Step::TakeBack => CustomerCreationStep::TakeBack,
    }
}
