//! Shows a customer's setup information, once: `RevealSetupInfo`.
//!
//! The password is drawn here, and only its salted hash is stored. A lost answer cannot be given again, and a
//! repeat is not recognised. The RPC therefore has neither request id nor preview, and the command does not
//! use a `Run`, but `Book::accept` and `Book::conclude` directly.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use csp_policy::boundaries::RevealSetupInfo;
use csp_policy::{Act, decide};
use csp_proto::customer::v1 as pb;
use csp_service::{Attempt, Call, Ids, Result, races, wire};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::table::{self, SetupInfoRow};
use crate::CustomerService;
use crate::customer::{self, Seen};

/// User name of the first administrator of every tenant, before `@` and the domain.
const ADMIN: &str = "admin";
/// Random bytes in a password: 144 bits. A fast hash is enough for a password that nobody can guess.
const PASSWORD_BYTES: usize = 18;

/// A password that exists only until the answer is sent. The type has no `Debug`, so that no log can contain
/// the password.
struct Secret {
    password: String,
    salt: [u8; 32],
}

impl Secret {
    fn draw(ids: &Ids) -> Secret {
        let random: Vec<u8> = ids.secret().into_iter().take(PASSWORD_BYTES).collect();
        Secret { password: URL_SAFE_NO_PAD.encode(random), salt: ids.secret() }
    }

    fn hash(&self) -> Vec<u8> {
        Sha256::new().chain_update(self.salt).chain_update(self.password.as_bytes()).finalize().to_vec()
    }
}

pub(crate) async fn reveal(
    service: &CustomerService,
    call: &Call,
    request: pb::RevealSetupInfoRequest,
) -> Result<pb::RevealSetupInfoResponse> {
    let name = customer::read::name("name", &request.name)?;
    races::bounded(call.deadline, || run(service, call, &name)).await
}

async fn run(service: &CustomerService, call: &Call, name: &str) -> Result<pb::RevealSetupInfoResponse> {
    let book = &service.book;
    let now = book.now();
    let attempt = Attempt::of_work(call);
    let seen = customer::created(service, call, name).await?;
    let permit = decide(gather(&seen, now)).map_err(|refused| book.refuse(call, &attempt, refused))?;
    let before = seen.customer;
    let mut after = before.clone();
    after.show_setup_info(now);
    let secret = Secret::draw(&book.ids);
    let kept = SetupInfoRow {
        customer: after.row().id.clone(),
        tenant: after.row().tenant.clone(),
        reveal_time: now,
        salt: secret.salt.to_vec(),
        password_hash: secret.hash(),
    };
    let effects = vec![before.change_to(&after, wire::day_of(now))?];

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    let accepted = book.accept(&mut tx, call, &attempt, permit, &after.name())?;
    customer::table::update(&mut tx, after.row());
    table::reveal(&mut tx, &kept, &accepted);
    book.conclude(tx, call, &attempt, Some(accepted.decision_id()), effects, &()).await?;
    Ok(pb::RevealSetupInfoResponse {
        admin_user_name: format!("{ADMIN}@{}", after.row().domain),
        temporary_password: secret.password,
        decision: Some(accepted.decision()),
    })
}

fn gather(seen: &Seen, now: Timestamp) -> RevealSetupInfo {
    let revisions = [seen.customer.revision()].into_iter().chain(seen.role.revisions());
    RevealSetupInfo {
        act: Act {
            at: now,
            day: wire::day_of(now),
            subject: seen.customer.name(),
            revisions: revisions.collect(),
        },
        already_shown: seen.customer.setup_info_was_shown(),
    }
}
