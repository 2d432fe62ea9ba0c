//! The rows of `partnerships.csv`.

use csp_proto::relationship::v1::RecordPartnershipRequest;

use super::row::{Action, Row, named};
use crate::import::cells::Cells;

pub(super) fn partnership(cells: &mut Cells<'_>) -> Row {
    let id = cells.id("partnership_id");
    let provider = cells.name("provider", "partners");
    let reseller = cells.name("reseller", "partners");
    let request = RecordPartnershipRequest {
        partnership_id: id.clone(),
        external_id: id.clone(),
        provider: provider.clone(),
        reseller: reseller.clone(),
        provider_admin_access: cells.choice("provider_admin_access"),
        evidence: cells.evidence(),
        ..Default::default()
    };
    Row {
        line: 0,
        // Two rows with the same provider and reseller share a lane: the result of the second depends on the
        // first.
        lane: format!("{provider} {reseller}"),
        needs: named([provider, reseller]),
        brings: format!("partnerships/{id}"),
        id,
        action: Action::Partnership(request),
    }
}
