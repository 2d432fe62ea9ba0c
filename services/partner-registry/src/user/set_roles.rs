//! Replaces the roles of a user: `SetUserRoles`.

use csp_policy::boundaries::SetUserRoles;
use csp_policy::{Act, Adminship};
use csp_proto::partner_registry::v1 as pb;
use csp_proto::policy::v1::Role;
use csp_service::{Call, Fault, Fields, Result, etag, wire};

use super::access::{self, ManagedUser};
use super::{TYPE, UserName, read_roles, table};
use crate::PartnerRegistryService;

struct Command {
    name: UserName,
    etag: String,
    roles: Vec<Role>,
}

impl TryFrom<&pb::SetUserRolesRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::SetUserRolesRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = UserName::read(&mut fields, "name", &request.name);
        let roles = read_roles(&mut fields, request.roles.as_ref());
        let etag = request.etag.clone();
        fields.finish(|| Some(Command { name: name?, etag, roles: roles? }))
    }
}

pub(crate) async fn set_roles(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::SetUserRolesRequest,
) -> Result<pb::SetUserRolesResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let (day, subject) = (wire::day_of(now), command.name.to_string());
        let ManagedUser { account, user: before, others } =
            access::managed_user(service, call, &command.name, day).await?;
        let adminship = Adminship {
            before: before.as_ref().is_some_and(|user| user.is_global_admin()),
            after: command.roles.contains(&Role::GlobalAdmin),
            others,
        };
        // The rule comes before NOT_FOUND: a caller who may not manage the users must not learn which users
        // exist.
        let permit = run.decide(SetUserRoles {
            act: Act { at: now, day, subject: subject.clone(), revisions: account.revisions },
            caller: call.caller.clone(),
            partner: account.partner,
            admin_access: account.admin_access,
            adminship,
        })?;
        let before = before.ok_or_else(|| Fault::not_found(TYPE, &subject))?;
        etag::check(&subject, &command.etag, before.row().revision)?;
        let mut user = before.clone();
        user.set_roles(&command.roles, now);

        let mut write = run.write();
        if adminship.before && !adminship.after {
            table::keep_a_global_admin(&mut write, before.row()).await?;
        }
        let accepted = write.accept(permit, &subject)?;
        table::save_roles(&mut write, user.row(), &accepted);
        write.tell(user.effect(&before)?);
        let (user, decision) = (Some(user.render(&call.caller)), Some(accepted.decision()));
        write.conclude(pb::SetUserRolesResponse { user, decision }).await
    })
    .await
}
