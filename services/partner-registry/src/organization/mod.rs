//! A company and its memberships in affiliation groups (rule ENR-16).
//!
//! Memberships never overlap: each begins on or after the day on which the previous one ends, and only the
//! last may be open.

pub(crate) mod create;
pub(crate) mod read;
pub(crate) mod set_affiliation;
pub(crate) mod table;

pub(crate) use self::create::create;
pub(crate) use self::set_affiliation::set_affiliation;

use csp_policy::{self as policy, Caller, Day, Revision};
use csp_proto::partner_registry::v1 as pb;
use csp_service::wire::timestamp;
use csp_service::{Effect, ExternalId, Fault, Result, Stored, etag};
use jiff::Timestamp;

use self::table::{AffiliationRow, OrganizationRow, Rows};
use crate::resource_name;

/// The collection in the resource name.
pub(crate) const COLLECTION: &str = "organizations";
/// The collection in the name of an affiliation group.
pub(crate) const AFFILIATION_GROUPS: &str = "affiliationGroups";
/// The resource type in errors.
pub(crate) const TYPE: &str = "organization";
/// Maximum length of a legal name, in characters.
pub(crate) const LEGAL_NAME_CHARS_MAX: usize = 200;

/// Maximum number of memberships of one company, ended ones included.
pub(crate) const AFFILIATIONS_MAX: usize = 50;

/// A company with all its memberships.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Organization {
    row: OrganizationRow,
    affiliations: Vec<AffiliationRow>,
}

impl Organization {
    /// A new company, in no group.
    pub(crate) fn create(
        id: String,
        external_id: Option<ExternalId>,
        legal_name: String,
        country: policy::Country,
        now: Timestamp,
    ) -> Self {
        let row = OrganizationRow {
            id,
            revision: 1,
            create_time: now,
            update_time: now,
            external_id,
            legal_name,
            country: Stored(country),
        };
        Organization { row, affiliations: Vec::new() }
    }

    /// Joins companies with their affiliations.
    pub(crate) fn all((rows, affiliations): Rows) -> Vec<Self> {
        let of = |row: &OrganizationRow| {
            affiliations.iter().filter(|entry| entry.organization == row.id).cloned().collect()
        };
        rows.into_iter().map(|row| Organization { affiliations: of(&row), row }).collect()
    }

    /// Puts the company into `group` from the day `since` on; `None` takes it out of its group. Returns
    /// whether that changes anything. A `since` before the latest change is a state conflict.
    pub(crate) fn affiliate(&mut self, group: Option<&str>, since: Day, now: Timestamp) -> Result<bool> {
        let last = self.affiliations.last();
        let last_change = last.map(|last| last.until.0.unwrap_or(last.since));
        if let Some(last_change) = last_change.filter(|last_change| since < *last_change) {
            return Err(Fault::StateConflict {
                resource: self.name(),
                state: format!("CHANGED_ON_{last_change}"),
                needs: format!("CHANGED_NOT_AFTER_{since}"),
                remedy: format!("name a day from `{last_change}` on"),
            });
        }
        if last.filter(|last| last.until.0.is_none()).map(|last| last.affiliation_group.as_str()) == group {
            return Ok(false);
        }
        if let Some(open) = self.affiliations.last_mut().filter(|last| last.until.0.is_none()) {
            open.until = Stored(Some(since));
        }
        // A membership that ends on its first day held on no day: it is dropped.
        self.affiliations.retain(|entry| entry.until.0 != Some(entry.since));
        if let Some(group) = group {
            if self.affiliations.len() >= AFFILIATIONS_MAX {
                return Err(Fault::Limit { limit: "affiliations_max", value: AFFILIATIONS_MAX as u64 });
            }
            self.affiliations.push(AffiliationRow {
                organization: self.row.id.clone(),
                since,
                until: Stored(None),
                affiliation_group: group.to_owned(),
            });
        }
        self.row.revision += 1;
        self.row.update_time = now;
        Ok(true)
    }

    pub(crate) fn name(&self) -> String {
        resource_name::of(COLLECTION, &self.row.id)
    }

    pub(crate) fn row(&self) -> &OrganizationRow {
        &self.row
    }

    pub(crate) fn affiliations(&self) -> &[AffiliationRow] {
        &self.affiliations
    }

    /// The revision that was read, for a decision based on the company, whose affiliations are dated.
    pub(crate) fn revision(&self) -> Revision {
        Revision::dated(self.name(), self.row.revision)
    }

    /// The journal entry for the change from `before`.
    pub(crate) fn effect(&self, before: &Organization) -> Result<Effect> {
        let [old, new] = [before, self].map(|company| company.render(&Caller::operator()));
        Effect::changed(&self.name(), self.row.revision, &old, &new)
    }

    /// The journal entry for the creation.
    pub(crate) fn creation(&self) -> Result<Effect> {
        Effect::created(&self.name(), self.row.revision, &self.render(&Caller::operator()))
    }

    /// The company as a fact for the rules, with its group on `day`.
    pub(crate) fn fact(&self, day: Day) -> policy::Organization {
        policy::Organization { name: self.name(), affiliation: self.group_on(day).map(str::to_owned) }
    }

    /// The company's group on `day`.
    pub(crate) fn group_on(&self, day: Day) -> Option<&str> {
        let is_then =
            |entry: &&AffiliationRow| entry.since <= day && entry.until.0.is_none_or(|until| day < until);
        self.affiliations.iter().find(is_then).map(|entry| entry.affiliation_group.as_str())
    }

    /// The company as an API message for `caller`.
    pub(crate) fn render(&self, caller: &Caller) -> pb::Organization {
        let row = &self.row;
        let affiliation = |entry: &AffiliationRow| pb::Affiliation {
            group: entry.affiliation_group.clone(),
            since_date: entry.since.to_string(),
            until_date: entry.until.0.map(|until| until.to_string()).unwrap_or_default(),
        };
        pb::Organization {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(timestamp(row.create_time)),
            update_time: Some(timestamp(row.update_time)),
            external_id: ExternalId::shown(row.external_id.as_ref(), caller),
            legal_name: row.legal_name.clone(),
            country: row.country.0.as_str().to_owned(),
            affiliations: self.affiliations.iter().map(affiliation).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn contoso() -> Organization {
        let country = policy::Country::try_from("DE").unwrap();
        Organization::create("contoso".to_owned(), None, "Contoso".to_owned(), country, Timestamp::UNIX_EPOCH)
    }

    fn affiliate(company: &mut Organization, group: Option<&str>, since: &str) -> Result<bool> {
        company.affiliate(group, on(since), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_company_is_in_one_group_at_a_time() {
        let mut company = contoso();
        assert!(affiliate(&mut company, Some("affiliationGroups/a"), "2020-01-01").unwrap());
        assert!(affiliate(&mut company, Some("affiliationGroups/b"), "2021-01-01").unwrap());
        assert!(affiliate(&mut company, None, "2022-01-01").unwrap());
        assert_eq!(company.group_on(on("2019-12-31")), None);
        assert_eq!(company.group_on(on("2020-01-01")), Some("affiliationGroups/a"));
        assert_eq!(company.group_on(on("2021-01-01")), Some("affiliationGroups/b"));
        assert_eq!(company.group_on(on("2022-01-01")), None);
        assert_eq!(company.row().revision, 4);
    }

    #[test]
    fn a_repeated_affiliation_changes_nothing() {
        let mut company = contoso();
        assert!(!affiliate(&mut company, None, "2020-01-01").unwrap());
        assert!(affiliate(&mut company, Some("affiliationGroups/a"), "2020-01-01").unwrap());
        assert!(!affiliate(&mut company, Some("affiliationGroups/a"), "2020-06-01").unwrap());
        assert_eq!(company.row().revision, 2);
    }

    #[test]
    fn a_membership_that_ends_on_its_first_day_is_dropped() {
        let mut company = contoso();
        affiliate(&mut company, Some("affiliationGroups/a"), "2020-01-01").unwrap();
        affiliate(&mut company, Some("affiliationGroups/b"), "2020-01-01").unwrap();
        assert_eq!(company.affiliations().len(), 1);
        assert_eq!(company.group_on(on("2020-01-01")), Some("affiliationGroups/b"));
    }

    #[test]
    fn a_company_cannot_join_a_group_before_its_latest_change() {
        let mut company = contoso();
        affiliate(&mut company, Some("affiliationGroups/a"), "2020-01-01").unwrap();
        affiliate(&mut company, None, "2021-01-01").unwrap();
        let refused = affiliate(&mut company, Some("affiliationGroups/b"), "2020-12-31");
        assert!(matches!(refused, Err(Fault::StateConflict { .. })));
    }
}
