//! The company that a customer declares to belong to (rule CUS-13): one parser for every request that
//! contains the declaration.

use csp_proto::r#type::v1::OrganizationRef;
use csp_proto::r#type::v1::organization_ref::Ref;

use crate::request::fields::Fields;

/// The declared company, as a request names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Company {
    /// By its resource name.
    Organization(String),
    /// By the resource name of one of its partner accounts.
    Account(String),
    /// By the number of an MPN ID that is associated with one of its accounts.
    MpnId(String),
    /// The statement that the registry does not have the company.
    None,
}

impl Company {
    /// Reads the declaration; `Some(None)` for a message without one.
    pub fn read(fields: &mut Fields, field: &str, sent: Option<&OrganizationRef>) -> Option<Option<Company>> {
        let part = |part: &str| format!("{field}.{part}");
        let declared = match sent.and_then(|sent| sent.r#ref.as_ref()) {
            None => return Some(None),
            Some(Ref::Organization(name)) => {
                fields.resource_name(&part("organization"), name, "organizations").map(Company::Organization)
            }
            Some(Ref::Partner(name)) => {
                fields.resource_name(&part("partner"), name, "partners").map(Company::Account)
            }
            Some(Ref::MpnId(number)) => fields.mpn_number(&part("mpn_id"), number).map(Company::MpnId),
            Some(Ref::None(())) => Some(Company::None),
        };
        declared.map(Some)
    }

    /// Reads a declaration that must be present.
    pub fn required(fields: &mut Fields, field: &str, sent: Option<&OrganizationRef>) -> Option<Company> {
        let declared = Company::read(fields, field, sent)?;
        if declared.is_none() {
            fields.refuse(field, "must name an organization, or say `none`");
        }
        declared
    }
}

/// The company with this resource name, or none, as the contract declares it.
pub fn declaration(organization: Option<String>) -> OrganizationRef {
    OrganizationRef { r#ref: Some(organization.map_or(Ref::None(()), Ref::Organization)) }
}
