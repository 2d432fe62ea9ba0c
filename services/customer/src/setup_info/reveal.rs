//! Setup information is shown, once: `RevealSetupInfo`.
//!
//! The password comes into being here, and only its salted hash stays: an answer that is lost is not given
//! again, and no repeat is recognised.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use csp_policy::boundaries::RevealSetupInfo;
use csp_policy::{Act, Revision, decide};
use csp_proto::customer::v1 as pb;
use csp_service::{Attempt, Call, Effect, Fields, Ids, Result, races};
use sha2::{Digest, Sha256};

use crate::CustomerService;
use crate::customer::COLLECTION;
use crate::customer::visibility;
use crate::setup_info::table::SetupInfoRow;

/// Name of the first administrator of every tenant, before its domain.
const ADMIN: &str = "admin";
/// Bytes of randomness in a password: 144 bits, so that a fast hash does.
const PASSWORD_BYTES: usize = 18;

/// A password that exists only until the answer is sent. It has no `Debug`: it shall not be logged.
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

pub(crate) async fn reveal_setup_info(
    service: &CustomerService,
    call: &Call,
    request: pb::RevealSetupInfoRequest,
) -> Result<pb::RevealSetupInfoResponse> {
    let mut fields = Fields::new();
    let name = fields.resource_name("name", &request.name, COLLECTION);
    let name = fields.finish(|| name)?;
    races::bounded(call.deadline, || run(service, call, &name)).await
}

async fn run(service: &CustomerService, call: &Call, name: &str) -> Result<pb::RevealSetupInfoResponse> {
    let book = &service.book;
    let attempt = Attempt::of_work(call);
    let visibility::Seen { customer: before, viewer } = visibility::created(service, call, name).await?;
    let own = Revision { resource: before.name(), revision: before.row().revision };
    let facts = RevealSetupInfo {
        act: Act {
            day: book.clock.today(),
            subject: before.name(),
            revisions: [own].into_iter().chain(viewer.revisions()).collect(),
        },
        already_shown: before.setup_info_was_shown(),
    };
    let permit = decide(facts).map_err(|decision| book.refuse(call, &attempt, decision))?;
    let now = book.now();
    let mut after = before.clone();
    after.show_setup_info();
    after.touch(now);
    let secret = Secret::draw(&book.ids);
    let kept = SetupInfoRow {
        customer: after.row().id.clone(),
        tenant: after.row().tenant.clone(),
        reveal_time: now.as_microsecond(),
        salt: secret.salt.to_vec(),
        password_hash: secret.hash(),
    };
    let today = book.clock.today();
    let effect =
        Effect::changed(&after.name(), after.row().revision, &before.render(today), &after.render(today))?;

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    let allowed = book.accept(&mut tx, call, &attempt, permit, &after.name())?;
    crate::customer::table::update(&mut tx, after.row());
    crate::setup_info::table::reveal(&mut tx, &allowed, &kept);
    book.conclude(tx, call, &attempt, Some(allowed.decision_id()), vec![effect], &()).await?;
    Ok(pb::RevealSetupInfoResponse {
        admin_user_name: format!("{ADMIN}@{}", after.row().domain),
        temporary_password: secret.password,
    })
}
