//! A company, and the groups of affiliates that it was in (rule ENR-16).
//!
//! Memberships never overlap: one begins where the one before ends, or later, and only the last may be open.

pub(crate) mod create;
pub(crate) mod read;
pub(crate) mod set_affiliation;
pub(crate) mod table;

use csp_policy::{self as policy, Day};
use csp_proto::partner_registry::v1 as pb;
use csp_service::{Fault, Result, etag, wire};
use jiff::Timestamp;

use crate::names::{self, ORGANIZATIONS};
use crate::store::organization::{AffiliationRow, OrganizationRow, Rows};

/// Memberships of one company, at most.
pub(crate) const AFFILIATIONS_MAX: usize = 50;

/// A company, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Organization {
    row: OrganizationRow,
    affiliations: Vec<AffiliationRow>,
}

impl Organization {
    /// A company in no group.
    pub(crate) fn create(
        id: String,
        external_id: Option<String>,
        legal_name: String,
        country: policy::Country,
        now: Timestamp,
    ) -> Self {
        let row = OrganizationRow {
            id,
            revision: 1,
            create_time: now.as_microsecond(),
            update_time: now.as_microsecond(),
            external_id,
            legal_name,
            country: country.as_str().to_owned(),
        };
        Organization { row, affiliations: Vec::new() }
    }

    /// Companies with the affiliations of all of them.
    pub(crate) fn all((rows, affiliations): Rows) -> Vec<Self> {
        let of = |row: &OrganizationRow| {
            affiliations.iter().filter(|entry| entry.organization == row.id).cloned().collect()
        };
        rows.into_iter().map(|row| Organization { affiliations: of(&row), row }).collect()
    }

    /// From `since` on it is in `group`, or in none. Says whether that changes anything.
    pub(crate) fn affiliate(&mut self, group: Option<&str>, since: Day, now: Timestamp) -> Result<bool> {
        let since = since.to_string();
        let last = self.affiliations.last();
        let last_change =
            last.map_or("", |last| if last.until.is_empty() { &last.since } else { &last.until });
        if since.as_str() < last_change {
            return Err(Fault::StateConflict {
                resource: self.name(),
                state: format!("CHANGED_ON_{last_change}"),
                needs: format!("CHANGED_NOT_AFTER_{since}"),
            });
        }
        if last.filter(|last| last.until.is_empty()).map(|last| last.affiliation_group.as_str()) == group {
            return Ok(false);
        }
        if let Some(open) = self.affiliations.last_mut().filter(|last| last.until.is_empty()) {
            open.until.clone_from(&since);
        }
        // A membership that lasted no day never was.
        self.affiliations.retain(|entry| entry.since != entry.until);
        if let Some(group) = group {
            if self.affiliations.len() >= AFFILIATIONS_MAX {
                return Err(Fault::Limit { limit: "affiliations_max", value: AFFILIATIONS_MAX as u64 });
            }
            self.affiliations.push(AffiliationRow {
                organization: self.row.id.clone(),
                since,
                until: String::new(),
                affiliation_group: group.to_owned(),
            });
        }
        self.row.revision += 1;
        self.row.update_time = now.as_microsecond();
        Ok(true)
    }

    pub(crate) fn name(&self) -> String {
        names::name(ORGANIZATIONS, &self.row.id)
    }

    pub(crate) fn row(&self) -> &OrganizationRow {
        &self.row
    }

    pub(crate) fn affiliations(&self) -> &[AffiliationRow] {
        &self.affiliations
    }

    /// The company as a fact of `day`.
    pub(crate) fn fact(&self, day: Day) -> policy::Organization {
        policy::Organization { name: self.name(), affiliation: self.group_on(day).map(str::to_owned) }
    }

    /// Its group on `day`.
    pub(crate) fn group_on(&self, day: Day) -> Option<&str> {
        let day = day.to_string();
        self.affiliations
            .iter()
            .find(|entry| entry.since <= day && (entry.until.is_empty() || day < entry.until))
            .map(|entry| entry.affiliation_group.as_str())
    }

    /// As the contract shows it.
    pub(crate) fn render(&self) -> pb::Organization {
        let row = &self.row;
        pb::Organization {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(wire::timestamp_of_micros(row.create_time)),
            update_time: Some(wire::timestamp_of_micros(row.update_time)),
            external_id: row.external_id.clone().unwrap_or_default(),
            legal_name: row.legal_name.clone(),
            country: row.country.clone(),
            affiliations: self
                .affiliations
                .iter()
                .map(|entry| pb::Affiliation {
                    group: entry.affiliation_group.clone(),
                    since: entry.since.clone(),
                    until: entry.until.clone(),
                })
                .collect(),
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
    fn saying_it_twice_changes_nothing() {
        let mut company = contoso();
        assert!(!affiliate(&mut company, None, "2020-01-01").unwrap());
        assert!(affiliate(&mut company, Some("affiliationGroups/a"), "2020-01-01").unwrap());
        assert!(!affiliate(&mut company, Some("affiliationGroups/a"), "2020-06-01").unwrap());
        assert_eq!(company.row().revision, 2);
    }

    #[test]
    fn a_membership_that_lasted_no_day_never_was() {
        let mut company = contoso();
        affiliate(&mut company, Some("affiliationGroups/a"), "2020-01-01").unwrap();
        affiliate(&mut company, Some("affiliationGroups/b"), "2020-01-01").unwrap();
        assert_eq!(company.affiliations().len(), 1);
        assert_eq!(company.group_on(on("2020-01-01")), Some("affiliationGroups/b"));
    }

    #[test]
    fn history_is_not_rewritten() {
        let mut company = contoso();
        affiliate(&mut company, Some("affiliationGroups/a"), "2020-01-01").unwrap();
        affiliate(&mut company, None, "2021-01-01").unwrap();
        let refused = affiliate(&mut company, Some("affiliationGroups/b"), "2020-12-31");
        assert!(matches!(refused, Err(Fault::StateConflict { .. })));
    }
}
