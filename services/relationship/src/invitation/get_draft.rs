//! The sender reads the mail of a partnership request or an invitation again: `GetInvitationDraft`.

use csp_proto::relationship::v1 as pb;
use csp_service::{Call, Fault, Result};

use super::{draft, read};
use crate::{RelationshipService, partnership};

pub(crate) async fn get_draft(
    service: &RelationshipService,
    call: &Call,
    request: pb::GetInvitationDraftRequest,
) -> Result<pb::GetInvitationDraftResponse> {
    let now = service.book.now();
    let draft = if request.name.starts_with(partnership::COLLECTION) {
        let name = partnership::read::name(&request.name)?;
        let requested = partnership::visible(service, call, &name).await?;
        if !requested.is_provider(&call.caller) {
            return Err(Fault::role_missing(call.method, "SENDER"));
        }
        requested.must_be_pending(now)?;
        partnership::draft(&service.links, &requested)
    } else {
        let name = read::name(&request.name)?;
        let sent = read::visible(service, call, &name).await?;
        if !sent.is_sender(&call.caller) {
            return Err(Fault::role_missing(call.method, "SENDER"));
        }
        sent.must_be_pending(now)?;
        draft::draft(&service.links, &sent)
    };
    Ok(pb::GetInvitationDraftResponse { draft: Some(draft) })
}
