//! A partner as a question names it: by account, by MPN ID or by CSP tenant.

use csp_proto::r#type::v1::PartnerRef;
use csp_proto::r#type::v1::partner_ref::Ref;
use csp_service::{Fields, Result};
use csp_store::Connection;

use super::{COLLECTION, Partner, read};
use crate::mpn_id;

/// Maximum number of partners in one question.
const REFERENCES_MAX: usize = 100;

/// The well-formed name of a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reference {
    Account(String),
    MpnId(String),
    Tenant(String),
}

impl Reference {
    /// Reads one reference; `field` is the path of the message.
    pub(crate) fn read(fields: &mut Fields, field: &str, sent: Option<&PartnerRef>) -> Option<Self> {
        let sent = fields.required(field, sent.and_then(|sent| sent.r#ref.as_ref()))?;
        let part = |part: &str| format!("{field}.{part}");
        match sent {
            Ref::Partner(name) => {
                fields.resource_name(&part("partner"), name, COLLECTION).map(Reference::Account)
            }
            Ref::MpnId(number) => fields.mpn_number(&part("mpn_id"), number).map(Reference::MpnId),
            Ref::TenantId(tenant) => fields.tenant(&part("tenant_id"), tenant).map(Reference::Tenant),
        }
    }

    /// Reads the field `partners` of a question about several partners.
    pub(crate) fn read_all(fields: &mut Fields, sent: &[PartnerRef]) -> Option<Vec<Self>> {
        let count = fields.number("partners", sent.len(), 1..=REFERENCES_MAX);
        let sent = sent.iter().take(REFERENCES_MAX).enumerate();
        let read: Vec<_> = sent
            .map(|(index, sent)| Reference::read(fields, &format!("partners[{index}]"), Some(sent)))
            .collect();
        count.and(read.into_iter().collect())
    }

    /// The account that is named so. This function does not check whether the caller sees the account.
    pub(crate) async fn find(&self, conn: &mut Connection) -> Result<Option<Partner>> {
        let number = match self {
            Reference::Account(name) => return read::by_name(conn, name).await,
            Reference::Tenant(tenant) => return read::by_tenant(conn, tenant).await,
            Reference::MpnId(number) => number,
        };
        let mpn_id = mpn_id::read::by_number(conn, number).await?;
        match mpn_id.as_ref().and_then(|mpn_id| mpn_id.row().partner.as_ref()) {
            None => Ok(None),
            Some(holder) => read::by_name(conn, holder).await,
        }
    }

    /// The name as errors tell it.
    pub(crate) fn told(&self) -> String {
        match self {
            Reference::Account(name) => name.clone(),
            Reference::MpnId(number) => mpn_id::name_of(number),
            Reference::Tenant(tenant) => format!("tenant {tenant}"),
        }
    }
}
