//! Deletes a user: `DeleteUser`.

use csp_policy::boundaries::DeleteUser;
use csp_policy::{Act, Adminship};
use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Fault, Fields, Result, etag, wire};

use super::access::{self, ManagedUser};
use super::{TYPE, UserName, table};
use crate::PartnerRegistryService;

pub(crate) async fn delete(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::DeleteUserRequest,
) -> Result<pb::DeleteUserResponse> {
    let name = Fields::only(|fields| UserName::read(fields, "name", &request.name))?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let (day, subject) = (wire::day_of(now), name.to_string());
        let ManagedUser { account, user, others } = access::managed_user(service, call, &name, day).await?;
        let before = user.as_ref().is_some_and(|user| user.is_global_admin());
        // The rule comes before NOT_FOUND: a caller who may not manage the users must not learn which users
        // exist.
        let permit = run.decide(DeleteUser {
            act: Act { at: now, day, subject: subject.clone(), revisions: account.revisions },
            caller: call.caller.clone(),
            partner: account.partner,
            admin_access: account.admin_access,
            adminship: Adminship { before, after: false, others },
        })?;
        let user = user.ok_or_else(|| Fault::not_found(TYPE, &subject))?;
        etag::check(&subject, &request.etag, user.row().revision)?;

        let mut write = run.write();
        if before {
            table::keep_a_global_admin(&mut write, user.row()).await?;
        }
        let accepted = write.accept(permit, &subject)?;
        table::delete(&mut write, user.row(), &accepted);
        write.tell(user.deletion()?);
        write.conclude(pb::DeleteUserResponse { decision: Some(accepted.decision()) }).await
    })
    .await
}
