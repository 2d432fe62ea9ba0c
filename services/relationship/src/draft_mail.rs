//! Draft mails: the sender edits and sends them; the link in them stays as it is.
//!
//! A link is derived from the service's key and stored nowhere. Its token names the request or invitation, and works for
//! one purpose only.

use csp_proto::relationship::v1 as pb;
use csp_service::{Fault, Fields, LinkKey, Result};

/// Longest sentence of the sender's own.
pub(crate) const NOTE_CHARS_MAX: usize = 1000;
/// Longest token of a link that is read.
const LINK_TOKEN_CHARS_MAX: usize = 256;
/// What a link begins with; its token follows.
const LINK: &str = "csp-suite:answer/";
/// A request or invitation has one link all its life.
const GENERATION: i64 = 1;

/// What a mail says beside its link.
pub(crate) struct Mail<'a> {
    pub(crate) to: &'a str,
    pub(crate) subject: String,
    pub(crate) asks: String,
    pub(crate) note: &'a str,
}

/// The mail with the link by which `id` is answered.
pub(crate) fn compose(links: &LinkKey, purpose: &str, id: &str, mail: Mail<'_>) -> pb::InvitationDraft {
    let Mail { to, subject, asks, note } = mail;
    let link_token = links.token(purpose, id, GENERATION);
    let note = if note.is_empty() { String::new() } else { format!("{note}\n\n") };
    let body = format!(
        "Hello,\n\n{asks}\n\n{note}To answer, follow this link as a global admin of your tenant. It works once and for 30 \
         days:\n\n{LINK}{link_token}\n"
    );
    pb::InvitationDraft { to: to.to_owned(), subject, body, link_token }
}

/// Reads the token of a link from a request that has nothing else to read.
pub(crate) fn token(token: &str) -> Result<String> {
    Fields::only(|fields| read_token(fields, token))
}

/// Reads the token of a link from a request.
pub(crate) fn read_token(fields: &mut Fields, token: &str) -> Option<String> {
    fields.text("link_token", token, 1..=LINK_TOKEN_CHARS_MAX)
}

/// The id that a link's token names; a token that is none of this service's is told from no other.
pub(crate) fn linked_id(links: &LinkKey, purpose: &str, token: &str) -> Result<String> {
    match links.verify(purpose, token) {
        Some((id, GENERATION)) => Ok(id),
        _ => Err(Fault::LinkInvalid),
    }
}
