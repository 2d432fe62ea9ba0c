//! A person is added to an account: `AddUser`.

use csp_policy::boundaries;
use csp_policy::{Act, decide};
use csp_proto::partner_registry::v1 as pb;
use csp_service::{Attempt, Call, Effect, Fault, Fields, Result};
use csp_store::Connection;

use crate::PartnerRegistry;
use crate::names::{self, PARTNERS};
use crate::partner::application::{self, EXTERNAL_ID_CHARS_MAX};
use crate::store;
use crate::user::access::{self, Managed};
use crate::user::{Person, ROLES_MAX, USERS_MAX, User};

/// Longest subject, as in a credential.
const SUBJECT_CHARS_MAX: usize = 200;
/// Longest name for people.
const DISPLAY_NAME_CHARS_MAX: usize = 200;

struct Command {
    parent: String,
    id: Option<String>,
    person: Person,
}

impl TryFrom<&pb::AddUserRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::AddUserRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let parent = fields.resource_name("parent", &request.parent, PARTNERS);
        let id = fields.optional(&request.user_id, |fields, value| fields.resource_id("user_id", value));
        let external_id = fields.optional(&request.external_id, |fields, value| {
            fields.text("external_id", value, 1..=EXTERNAL_ID_CHARS_MAX)
        });
        let subject = fields.text("subject", &request.subject, 1..=SUBJECT_CHARS_MAX);
        let display_name = fields.text("display_name", &request.display_name, 1..=DISPLAY_NAME_CHARS_MAX);
        let email = fields.email("email", &request.email);
        let roles = application::read_set(&mut fields, "roles", &request.roles, ROLES_MAX);
        fields.finish(|| {
            let person = Person {
                external_id: external_id?,
                subject: subject?,
                display_name: display_name?,
                email: email?,
                roles: roles?,
            };
            Some(Command { parent: parent?, id: id?, person })
        })
    }
}

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::AddUserRequest,
) -> Result<pb::AddUserResponse> {
    let command = Command::try_from(&request)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || add(service, call, &command, &attempt)).await
}

async fn add(
    service: &PartnerRegistry,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::AddUserResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let day = book.clock.today();
    let Managed { partner, revisions, admin_access } =
        access::managed(service, call, &command.parent, day).await?;
    let id = command.id.clone().unwrap_or_else(|| book.next_id());
    let user = User::add(names::id(&command.parent), id, &command.person, book.now());
    let facts = boundaries::AddUser {
        act: Act { day, subject: user.name(), revisions },
        caller: call.caller.clone(),
        partner,
        admin_access,
    };
    let permit = decide(facts).map_err(|refused| book.refuse(call, attempt, refused))?;
    access::global_admins_are_changed_by_their_like(call, &[&command.person.roles])?;
    let mut reader = book.store.read().await?;
    must_be_new(reader.conn(), &user).await?;
    drop(reader);
    let mut response =
        pb::AddUserResponse { user: Some(user.render()), decision: Some(book.preview(&permit)) };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse, for room as well.
    let mut tx = book.store.write();
    there_must_be_room(store::user::count_held(tx.conn().await?, &user.row().partner).await?)?;
    let accepted = book.accept(&mut tx, call, attempt, permit, &user.name())?;
    store::user::insert(&mut tx, &accepted, user.row());
    response.decision = Some(accepted.decision());
    let effects = vec![Effect::created(&user.name(), 1, &user.render())?];
    book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    Ok(response)
}

/// Id, key and subject are taken once an account, and an account has room for so many.
async fn must_be_new(conn: &mut Connection, user: &User) -> Result<()> {
    let row = user.row();
    let taken = |name: &str| Err(Fault::AlreadyExists { resource_type: "user", name: name.to_owned() });
    if store::user::by_id(conn, &row.partner, &row.id).await?.is_some() {
        return taken(&user.name());
    }
    if store::user::by_subject(conn, &row.partner, &row.subject).await?.is_some() {
        return taken(&row.subject);
    }
    if let Some(external_id) = &row.external_id
        && store::user::by_external_id(conn, &row.partner, external_id).await?.is_some()
    {
        return taken(external_id);
    }
    there_must_be_room(store::user::count(conn, &row.partner).await?)
}

fn there_must_be_room(users: i64) -> Result<()> {
    if users < USERS_MAX {
        return Ok(());
    }
    Err(Fault::Limit { limit: "users_max", value: USERS_MAX.unsigned_abs() })
}
