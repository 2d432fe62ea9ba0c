//! The creator makes shown setup information void: `RotateSetupPassword`.

use csp_proto::customer::v1 as pb;
use csp_service::{Attempt, Call, Fields, Result};

use crate::CustomerService;
use crate::customer::COLLECTION;
use crate::customer::update::save;
use crate::customer::visibility;

pub(crate) async fn rotate_setup_password(
    service: &CustomerService,
    call: &Call,
    request: pb::RotateSetupPasswordRequest,
) -> Result<pb::RotateSetupPasswordResponse> {
    let mut fields = Fields::new();
    let name = fields.resource_name("name", &request.name, COLLECTION);
    let name = fields.finish(|| name)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &name, &attempt)).await
}

async fn run(
    service: &CustomerService,
    call: &Call,
    name: &str,
    attempt: &Attempt,
) -> Result<pb::RotateSetupPasswordResponse> {
    if let Some(answer) = service.book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let before = visibility::created(service, call, name).await?.customer;
    let mut after = before.clone();
    after.hide_setup_info()?;
    after.touch(service.book.now());
    let answer = |customer| pb::RotateSetupPasswordResponse { customer: Some(customer) };
    save(service, call, attempt, &before, &after, answer).await
}
