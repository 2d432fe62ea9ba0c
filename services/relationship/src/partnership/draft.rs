//! The mail of a partnership request, and the request that its link names.

use csp_proto::relationship::v1 as pb;
use csp_service::{Call, Fault, LinkKey, Result};

use super::{Partnership, read};
use crate::RelationshipService;
use crate::draft_mail::{self, Mail};

/// Purpose of the link token of a request. A token for another purpose is refused.
const LINK_PURPOSE: &str = "partnership";

pub(crate) fn draft(links: &LinkKey, request: &Partnership) -> pb::InvitationDraft {
    let row = request.row();
    let asks = format!(
        "{} asks {} for a partnership in the Cloud Solution Provider programme. By accepting you authorise it to submit \
         orders and add subscriptions for your customers, and grant it administrator access to your work account, \
         which you may withdraw later.",
        row.provider, row.reseller
    );
    let subject = format!("Partnership request from {}", row.provider);
    let mail = Mail { to: &row.reseller_email, subject, asks, note: &row.note };
    draft_mail::compose(links, LINK_PURPOSE, &row.id, mail)
}

/// The request that the link names; [`Fault::LinkInvalid`] unless the caller acts for the request's reseller.
pub(crate) async fn answered(service: &RelationshipService, call: &Call, token: &str) -> Result<Partnership> {
    let id = draft_mail::linked_id(&service.links, LINK_PURPOSE, token)?;
    let request = read::by_id(service, &id).await?;
    request.filter(|request| request.is_reseller(&call.caller)).ok_or(Fault::LinkInvalid)
}
