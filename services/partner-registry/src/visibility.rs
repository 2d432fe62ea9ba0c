//! Who sees how much of the registry. What a caller may not see does not exist for it.

use csp_policy::Party;
use csp_service::{Call, Result};
use csp_store::Connection;

use crate::partner::{Partner, View, table};

/// The caller, as the registry knows it.
#[derive(Debug)]
pub(crate) enum Viewer {
    /// Whoever runs the suite.
    Operator,
    /// Somebody of the partner that signs in with this tenant; the account may not exist yet.
    Partner {
        /// The tenant.
        tenant: String,
        /// Its account.
        account: Option<Box<Partner>>,
    },
    /// Anybody else.
    Stranger,
}

impl Viewer {
    /// The caller of `call`.
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

    /// The caller's own account, at whatever state.
    pub(crate) fn account(&self) -> Option<&Partner> {
        match self {
            Viewer::Partner { account, .. } => account.as_deref(),
            Viewer::Operator | Viewer::Stranger => None,
        }
    }

    /// The caller's own account, once it is enrolled.
    pub(crate) fn enrolled_account(&self) -> Option<&Partner> {
        self.account().filter(|account| account.is_authorized())
    }

    /// How much of `partner` the caller sees when it names the account; `None` for nothing at all. Others see
    /// one that is under review, for they ask what it still lacks, and never one that was turned down.
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
