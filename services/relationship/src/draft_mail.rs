//! Draft mails. The sender may edit a draft, except its link, and sends it.
//!
//! A link is derived from the service's key and never stored. The link's token names one partnership request
//! or invitation and is valid for one purpose only.

use csp_proto::relationship::v1 as pb;
use csp_service::{Fault, Fields, LinkKey, Result};

/// Maximum length of the sender's note, in characters.
pub(crate) const NOTE_CHARS_MAX: usize = 1000;
/// Maximum length of the link token in a request, in characters.
const LINK_TOKEN_CHARS_MAX: usize = 256;
/// Start of every link; the token follows.
const LINK: &str = "csp-suite:answer/";
/// Generation of every link token: a request or invitation keeps one link for its whole life.
const GENERATION: i64 = 1;

/// The parts of a mail other than its link.
pub(crate) struct Mail<'a> {
    pub(crate) to: &'a str,
    pub(crate) subject: String,
    pub(crate) asks: String,
    pub(crate) note: &'a str,
}

/// Composes the mail with the link that answers the request or invitation `id`.
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

/// Reads the link token of a request that has no other field to check.
pub(crate) fn token(token: &str) -> Result<String> {
    Fields::only(|fields| read_token(fields, token))
}

/// Reads the link token of a request, with any violation added to `fields`.
pub(crate) fn read_token(fields: &mut Fields, token: &str) -> Option<String> {
    fields.text("link_token", token, 1..=LINK_TOKEN_CHARS_MAX)
}

/// The id in a link token. Every token that this service did not make for `purpose` gets
/// [`Fault::LinkInvalid`], whatever is wrong with the token.
pub(crate) fn linked_id(links: &LinkKey, purpose: &str, token: &str) -> Result<String> {
    match links.verify(purpose, token) {
        Some((id, GENERATION)) => Ok(id),
        _ => Err(Fault::LinkInvalid),
    }
}
