//! Replaces the roles of a user: `SetUserRoles`.

use csp_policy::boundaries::SetUserRoles;
use csp_policy::{Act, Revision};
use csp_proto::partner_registry::v1::{self as pb, UserRole};
use csp_service::wire;
use csp_service::{Call, Fault, Fields, Result, etag};

use super::access::{self, Managed};
use super::{ROLES_MAX, TYPE, User, read_name, table};
use crate::{PartnerRegistryService, enum_set};

struct Command {
    name: String,
    partner: String,
    user_id: String,
    etag: String,
    roles: Vec<UserRole>,
}

impl TryFrom<&pb::SetUserRolesRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::SetUserRolesRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let named = read_name(&mut fields, "name", &request.name);
        let roles = enum_set::read(&mut fields, "roles", &request.roles, ROLES_MAX);
        let (name, etag) = (request.name.clone(), request.etag.clone());
        fields.finish(|| {
            let (partner, user_id) = named?;
            Some(Command { name, partner, user_id, etag, roles: roles? })
        })
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
        let (day, subject) = (service.book.clock.today(), command.name.clone());
        let Managed { partner, mut revisions, admin_access } =
            access::managed(service, call, &command.partner, day).await?;
        let before = named(service, &command).await?;
        let revision = before.as_ref().map_or(0, |user| user.row().revision);
        revisions.push(Revision { resource: subject.clone(), revision });
        // The rule comes before NOT_FOUND: a caller who may not manage the users must not learn which users
        // exist.
        let act = Act { day, subject, revisions };
        let permit = run.decide(SetUserRoles { act, caller: call.caller.clone(), partner, admin_access })?;
        let before = before.ok_or_else(|| Fault::not_found(TYPE, &command.name))?;
        access::global_admins_are_changed_by_their_like(call, &[before.roles(), &command.roles])?;
        etag::check(&command.name, &command.etag, before.row().revision)?;
        let mut user = before.clone();
        user.set_roles(&command.roles, service.book.now());

        let mut write = run.write();
        let accepted = write.accept(permit, &command.name)?;
        table::save_roles(&mut write, user.row(), &accepted);
        write.tell(user.effect(&before)?);
        let (user, decision) = (Some(user.render()), Some(accepted.decision()));
        write.conclude(pb::SetUserRolesResponse { user, decision }).await
    })
    .await
}

async fn named(service: &PartnerRegistryService, command: &Command) -> Result<Option<User>> {
    let mut reader = service.book.store.read_once().await?;
    let partner = wire::id_of(&command.partner);
    Ok(table::by_id(&mut reader, partner, &command.user_id).await?.map(User::from))
}
