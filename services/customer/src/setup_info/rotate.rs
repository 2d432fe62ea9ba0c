//! The customer's creator makes shown setup information void, so that new information can be shown once:
//! `RotateSetupPassword`.

use csp_proto::customer::v1 as pb;
use csp_service::{Call, Result, etag};

use super::table;
use crate::CustomerService;
use crate::customer;

pub(crate) async fn rotate(
    service: &CustomerService,
    call: &Call,
    request: pb::RotateSetupPasswordRequest,
) -> Result<pb::RotateSetupPasswordResponse> {
    let name = customer::read::name("name", &request.name)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let before = customer::created(service, call, &name).await?.customer;
        etag::check(&name, &request.etag, before.row().revision)?;
        let mut after = before.clone();
        after.hide_setup_info(service.book.now())?;

        let today = service.book.clock.today();
        let mut write = run.write();
        customer::table::update(&mut write, after.row());
        table::void(&mut write, &after.row().id);
        write.tell(before.change_to(&after, today)?);
        let customer = Some(after.render(today));
        write.conclude(pb::RotateSetupPasswordResponse { customer }).await
    })
    .await
}
