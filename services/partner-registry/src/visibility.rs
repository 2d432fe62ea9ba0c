//! Which part of the registry a caller sees. A resource that the caller may not see is answered like one that
//! does not exist.

use csp_policy::Party;
use csp_service::{Call, Result};
use csp_store::Connection;

use crate::partner::{Partner, View, table};

/// The caller, as far as visibility depends on the caller.
#[derive(Debug)]
pub(crate) enum Viewer {
    /// An operator: the party that runs the suite.
    Operator,
    /// A person or application of the partner with this tenant. The partner account may not exist yet.
    Partner {
        tenant: String,
        /// The partner account of the tenant.
        account: Option<Box<Partner>>,
    },
    /// A customer or a service: neither lists partner accounts. A customer reads its partners by name.
    Stranger,
}

impl Viewer {
    /// Reads the caller of `call`, with the caller's partner account.
    pub(crate) async fn of(conn: &mut Connection, call: &Call) -> Result<Self> {
        Ok(match &call.caller.party {
            Party::Operator => Viewer::Operator,
            Party::Partner { tenant } => {
                let account = table::by_tenant(conn, tenant).await?;
                Viewer::Partner {
                    tenant: tenant.clone(),
                    account: account.map(|row| Box::new(Partner::from(row))),
                }
            }
            Party::Customer { .. } | Party::Service => Viewer::Stranger,
        })
    }

    pub(crate) fn is_operator(&self) -> bool {
        matches!(self, Viewer::Operator)
    }

    /// The caller's own account, in any enrolment state.
    pub(crate) fn account(&self) -> Option<&Partner> {
        match self {
            Viewer::Partner { account, .. } => account.as_deref(),
            Viewer::Operator | Viewer::Stranger => None,
        }
    }

    /// The caller's own account, if it is authorized.
    pub(crate) fn enrolled_account(&self) -> Option<&Partner> {
        self.account().filter(|account| account.is_authorized())
    }

    /// The part of `partner` that the caller sees when it names the account; `None` if it sees nothing. An
    /// enrolled partner sees an account under review, because the partner may ask which steps the account
    /// lacks. It never sees a rejected account.
    pub(crate) fn sees(&self, partner: &Partner) -> Option<View> {
        match self {
            Viewer::Operator => Some(View::Whole),
            Viewer::Partner { tenant, .. } if *tenant == partner.row().tenant => Some(View::Own),
            Viewer::Partner { .. } if partner.is_rejected() => None,
            Viewer::Partner { .. } => self.enrolled_account().map(|_| View::Part),
            Viewer::Stranger => None,
        }
    }
}
