//! The roles of a person are replaced: `SetUserRoles`.

use csp_policy::boundaries;
use csp_policy::{Act, decide};
use csp_proto::partner_registry::v1::{self as pb, UserRole};
use csp_service::{Attempt, Call, Effect, Fault, Fields, Result, etag};

use crate::PartnerRegistry;
use crate::names;
use crate::partner::application;
use crate::read;
use crate::store;
use crate::user::access::{self, Managed};
use crate::user::{ROLES_MAX, User};

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
        let named = names::read_user(&mut fields, "name", &request.name);
        let roles = application::read_set(&mut fields, "roles", &request.roles, ROLES_MAX);
        let (name, etag) = (request.name.clone(), request.etag.clone());
        fields.finish(|| {
            let (partner, user_id) = named?;
            Some(Command { name, partner, user_id, etag, roles: roles? })
        })
    }
}

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::SetUserRolesRequest,
) -> Result<pb::SetUserRolesResponse> {
    let command = Command::try_from(&request)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || set_roles(service, call, &command, &attempt)).await
}

async fn set_roles(
    service: &PartnerRegistry,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::SetUserRolesResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let day = book.clock.today();
    let Managed { partner, mut revisions, admin_access } =
        access::managed(service, call, &command.partner, day).await?;
    let mut reader = book.store.read_once().await?;
    let row = store::user::by_id(&mut reader, names::id(&command.partner), &command.user_id).await?;
    drop(reader);
    revisions.push(read::revision(command.name.clone(), row.as_ref().map_or(0, |row| row.revision)));
    let facts = boundaries::SetUserRoles {
        act: Act { day, subject: command.name.clone(), revisions },
        caller: call.caller.clone(),
        partner,
        admin_access,
    };
    // Who may not manage the people is not told who they are: the rule comes first.
    let permit = decide(facts).map_err(|refused| book.refuse(call, attempt, refused))?;
    let before = row.map(User::from).ok_or_else(|| Fault::not_found("user", &command.name))?;
    access::global_admins_are_changed_by_their_like(call, &[&before.roles(), &command.roles])?;
    etag::check(&command.name, &command.etag, before.row().revision)?;
    let mut user = before.clone();
    user.set_roles(&command.roles, book.now());
    let mut response =
        pb::SetUserRolesResponse { user: Some(user.render()), decision: Some(book.preview(&permit)) };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    let accepted = book.accept(&mut tx, call, attempt, permit, &command.name)?;
    store::user::save_roles(&mut tx, &accepted, user.row());
    response.decision = Some(accepted.decision());
    let effects =
        vec![Effect::changed(&command.name, user.row().revision, &before.render(), &user.render())?];
    book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    Ok(response)
}
