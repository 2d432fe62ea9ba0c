//! Creates a user of an account: `CreateUser`.

use csp_policy::boundaries::CreateUser;
use csp_policy::{Act, Adminship};
use csp_proto::partner_registry::v1 as pb;
use csp_service::wire;
use csp_service::{Call, Fault, Fields, Result};
use csp_store::Connection;

use super::access::{self, Managed};
use super::{Person, TYPE, USERS_MAX, User, UserName, read_roles, table};
use crate::{PartnerRegistryService, partner};

/// Maximum length of a subject, the name of a user in a credential.
const SUBJECT_CHARS_MAX: usize = 200;
const DISPLAY_NAME_CHARS_MAX: usize = 200;

struct Command {
    parent: String,
    id: Option<String>,
    person: Person,
}

fn parse(call: &Call, request: &pb::CreateUserRequest) -> Result<Command> {
    let mut fields = Fields::new();
    let parent = fields.resource_name("parent", &request.parent, partner::COLLECTION);
    let id = fields.chosen_id("user_id", &request.user_id);
    let external_id = fields.external_id("external_id", &request.external_id);
    let subject = fields.text("subject", &request.subject, 1..=SUBJECT_CHARS_MAX);
    let display_name = fields.text("display_name", &request.display_name, 1..=DISPLAY_NAME_CHARS_MAX);
    let email = fields.email("email", &request.email);
    let roles = read_roles(&mut fields, request.roles.as_ref());
    fields.finish(|| {
        let person = Person {
            external_id: call.external_id(external_id?),
            subject: subject?,
            display_name: display_name?,
            email: email?,
            roles: roles?,
        };
        Some(Command { parent: parent?, id: id?, person })
    })
}

pub(crate) async fn create(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::CreateUserRequest,
) -> Result<pb::CreateUserResponse> {
    let command = parse(call, &request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let day = wire::day_of(now);
        let Managed { partner, revisions, admin_access } =
            access::managed(service, call, &command.parent, day).await?;
        let id = command.id.clone().unwrap_or_else(|| service.book.next_id());
        let user = User::create(wire::id_of(&command.parent), id, &command.person, now);
        let subject = UserName {
            partner: command.parent.clone(),
            id: wire::subject_id(command.id.as_deref()).to_owned(),
        };
        let act = Act { at: now, day, subject: subject.to_string(), revisions };
        let adminship = Adminship { before: false, after: user.is_global_admin(), others: true };
        let caller = call.caller.clone();
        let permit = run.decide(CreateUser { act, caller, partner, admin_access, adminship })?;
        must_be_new(service.book.store.read().await?.conn(), &user).await?;

        let mut write = run.write();
        table::hold_place(&mut write, &user.row().partner, USERS_MAX).await?;
        let accepted = write.accept(permit, &user.name())?;
        table::insert(&mut write, user.row(), &accepted);
        write.tell(user.creation()?);
        let (user, decision) = (Some(user.render(&call.caller)), Some(accepted.decision()));
        write.conclude(pb::CreateUserResponse { user, decision }).await
    })
    .await
}

/// Refuses an id, a subject or an external id that another user of the account has. Also refuses a user
/// beyond the limit of [`USERS_MAX`].
async fn must_be_new(conn: &mut Connection, user: &User) -> Result<()> {
    let row = user.row();
    let exists = |name: &str| Err(Fault::AlreadyExists { resource_type: TYPE, name: name.to_owned() });
    if table::by_id(conn, &row.partner, &row.id).await?.is_some() {
        return exists(&user.name());
    }
    if table::by_subject(conn, &row.partner, &row.subject).await?.is_some() {
        return exists(&row.subject);
    }
    if let Some(external_id) = &row.external_id
        && table::by_external_id(conn, &row.partner, external_id).await?.is_some()
    {
        return exists(external_id.key());
    }
    if table::count(conn, &row.partner).await? >= USERS_MAX {
        return Err(Fault::Limit { limit: "users_max", value: USERS_MAX.unsigned_abs() });
    }
    Ok(())
}
