//! Draft mails: the sender edits and sends them; the link in them stays as it is. And reading one again:
//! `GetInvitationDraft`.
//!
//! A link is derived from the service's key and stored nowhere. It names the request or invitation, and with
//! it the sender's account.

use csp_proto::relationship::v1 as pb;
use csp_service::{Call, Fault, Fields, LinkKey, Result};

use crate::Relationship;
use crate::invitation::{self, Invitation};
use crate::partnership::{self, Partnership};
use crate::peers::id_of;

/// Longest sentence of the sender's own.
pub(crate) const NOTE_CHARS_MAX: usize = 1000;
/// Longest token of a link that is read.
pub(crate) const LINK_TOKEN_CHARS_MAX: usize = 256;
/// What a link begins with; its token follows.
const LINK: &str = "csp-suite:answer/";
/// A request or invitation has one link all its life.
const GENERATION: i64 = 1;

/// The mail of a partnership request.
pub(crate) fn of_request(links: &LinkKey, request: &Partnership) -> pb::InvitationDraft {
    let row = request.row();
    let token = links.token(partnership::LINK_PURPOSE, &row.id, GENERATION);
    let subject = format!("Partnership request from {}", row.provider);
    let asks = format!(
        "{} asks {} for a partnership in the Cloud Solution Provider programme. By accepting you authorise it to submit \
         orders and add subscriptions for your customers, and grant it administrator access to your work account, \
         which you may withdraw later.",
        row.provider, row.reseller
    );
    draft(&row.reseller_email, subject, &asks, &row.note, token)
}

/// The mail of an invitation.
pub(crate) fn of_invitation(links: &LinkKey, invitation: &Invitation) -> pb::InvitationDraft {
    let row = invitation.row();
    let token = links.token(invitation::LINK_PURPOSE, &row.id, GENERATION);
    let partners: Vec<&str> =
        [row.reseller.as_str(), row.provider.as_str()].into_iter().filter(|name| !name.is_empty()).collect();
    let (asks, them) =
        if partners.len() == 1 { ("asks", "it as your partner") } else { ("ask", "them as your partners") };
    let partners = partners.join(" and ");
    let mut asks = format!(
        "{partners} {asks} you to authorise {them} in the Cloud Solution Provider programme. Nothing changes for the \
         subscriptions that you have."
    );
    if let Some(access) = invitation.admin_access() {
        let roles = access.roles.join(", ");
        asks.push_str(&format!(
            "\n\nPart of it is delegated administration of your tenant for {} days, with these roles: {roles}.",
            access.days
        ));
    }
    draft(&row.customer_email, format!("Invitation from {partners}"), &asks, &row.note, token)
}

fn draft(to: &str, subject: String, asks: &str, note: &str, link_token: String) -> pb::InvitationDraft {
    let note = if note.is_empty() { String::new() } else { format!("{note}\n\n") };
    let body = format!(
        "Hello,\n\n{asks}\n\n{note}To answer, follow this link as a global admin of your tenant. It works once and for 30 \
         days:\n\n{LINK}{link_token}\n"
    );
    pb::InvitationDraft { to: to.to_owned(), subject, body, link_token }
}

/// The id that a link's token names; a token that is none of this service's is told from no other.
pub(crate) fn linked_id(links: &LinkKey, purpose: &str, token: &str) -> Result<String> {
    match links.verify(purpose, token) {
        Some((id, GENERATION)) => Ok(id),
        _ => Err(Fault::LinkInvalid),
    }
}

/// Reads the token of a link from a request.
pub(crate) fn read_token(fields: &mut Fields, token: &str) -> Option<String> {
    fields.text("link_token", token, 1..=LINK_TOKEN_CHARS_MAX)
}

pub(crate) async fn get_invitation_draft(
    service: &Relationship,
    call: &Call,
    request: pb::GetInvitationDraftRequest,
) -> Result<pb::GetInvitationDraftResponse> {
    let now = service.book.now();
    let mut fields = Fields::new();
    let draft = if request.name.starts_with(partnership::COLLECTION) {
        let name = fields.resource_name("name", &request.name, partnership::COLLECTION);
        let name = fields.finish(|| name)?;
        let requested = partnership::read::visible(service, call, &name).await?;
        if !requested.is_provider(&call.caller) {
            return Err(Fault::not_found(partnership::TYPE, name));
        }
        requested.must_be_pending(now)?;
        of_request(&service.links, &requested)
    } else {
        let name = fields.resource_name("name", &request.name, invitation::COLLECTION);
        let name = fields.finish(|| name)?;
        let sent = invitation::read::seen(service, call, &name).await?;
        if !sent.is_sender(&call.caller) {
            return Err(Fault::not_found(invitation::TYPE, name));
        }
        sent.must_be_pending(now)?;
        of_invitation(&service.links, &sent)
    };
    Ok(pb::GetInvitationDraftResponse { draft: Some(draft) })
}

impl Relationship {
    /// The mail of a partnership request that was answered for before.
    pub(crate) async fn request_draft_again(
        &self,
        request: Option<&pb::Partnership>,
    ) -> Result<Option<pb::InvitationDraft>> {
        let Some(request) = request else { return Ok(None) };
        let found = partnership::read::by_id(self, id_of(&request.name)).await?;
        Ok(found.map(|found| of_request(&self.links, &found)))
    }

    /// The mail of an invitation that was answered for before.
    pub(crate) async fn invitation_draft_again(
        &self,
        sent: Option<&pb::Invitation>,
    ) -> Result<Option<pb::InvitationDraft>> {
        let Some(sent) = sent else { return Ok(None) };
        let found = invitation::read::by_id(self, id_of(&sent.name)).await?;
        Ok(found.map(|found| of_invitation(&self.links, &found)))
    }
}
