//! The mail of an invitation, and the invitation that its link names.

use csp_proto::relationship::v1 as pb;
use csp_service::{Call, Fault, LinkKey, Result};

use super::{Invitation, read};
use crate::RelationshipService;
use crate::draft_mail::{self, Mail};

/// Purpose of the link token of an invitation. A token for another purpose is refused.
const LINK_PURPOSE: &str = "invitation";

pub(crate) fn draft(links: &LinkKey, invitation: &Invitation) -> pb::InvitationDraft {
    let row = invitation.row();
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
        let roles = access.roles.0.join(", ");
        asks.push_str(&format!(
            "\n\nPart of it is delegated administration of your tenant for {} days, with these roles: {roles}.",
            access.days
        ));
    }
    let subject = format!("Invitation from {partners}");
    let mail = Mail { to: &row.customer_email, subject, asks, note: &row.note };
    draft_mail::compose(links, LINK_PURPOSE, &row.id, mail)
}

/// The invitation that the link names; [`Fault::LinkInvalid`] when the invitation is for another customer.
pub(crate) async fn answered(service: &RelationshipService, call: &Call, token: &str) -> Result<Invitation> {
    let id = draft_mail::linked_id(&service.links, LINK_PURPOSE, token)?;
    let invitation = read::by_id(service, &id).await?;
    invitation.filter(|invitation| invitation.is_for(&call.caller)).ok_or(Fault::LinkInvalid)
}
