//! Reading signatures: `GetPartnerAgreement`.

use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Fault, Fields, Result};
use csp_store::Connection;

use super::{Agreement, TYPE, covering, read_name, table};
use crate::partner::View;
use crate::partner::read::Visible;
use crate::{PartnerRegistryService, partner};

/// The signatures of the company named `organization`, oldest first.
pub(crate) async fn of_organization(conn: &mut Connection, organization: &str) -> Result<Vec<Agreement>> {
    let rows = table::of_organization(conn, organization).await?;
    Ok(rows.into_iter().map(Agreement::from).collect())
}

/// Reads the signature that the account names, or else the one that covers the account.
pub(crate) async fn get(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::GetPartnerAgreementRequest,
) -> Result<pb::GetPartnerAgreementResponse> {
    let name = Fields::only(|fields| read_name(fields, "name", &request.name))?;
    let today = service.book.clock.today();
    let mut reader = service.book.store.read().await?;
    let Visible { partner, view, .. } = partner::read::visible(reader.conn(), call, &name).await?;
    if view == View::Part {
        return Err(Fault::not_found(TYPE, request.name));
    }
    let signatures = of_organization(reader.conn(), &partner.row().organization).await?;
    let own = signatures.iter().find(|signature| signature.row().account == name);
    let found = own.or_else(|| covering(&signatures, partner.country(), today));
    let agreement = found.ok_or_else(|| Fault::not_found(TYPE, request.name))?;
    Ok(pb::GetPartnerAgreementResponse { agreement: Some(agreement.render()) })
}
