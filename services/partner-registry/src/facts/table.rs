//! The SQL of `GetFacts`: one statement over all tables for any number of keys, and none for a request
//! without keys.

use csp_policy::{Country, Day, Region};
use csp_proto::partner_registry::v1::{EnrollmentState, MpnKind, Standing};
use csp_proto::r#type::v1::{Cloud, PartnerKind};
use csp_service::{Result, Stored};
use csp_store::{Connection, Row, Statement, sql, table};
use sqlx::{AssertSqlSafe, FromRow, Row as _};

use crate::claim::table::Kind;

/// The head of the statement: it selects every found key with its account, the account's company and the
/// company's signatures. The affiliation group is the company's group on day `$1`. `member` is the company's
/// first authorized account: a pending application does not make its company a partner. `$2` is the day of
/// enrolment and standing; an empty text comes before every entry, so that the present ones are read.
const FOUND: &str = "
    SELECT found.what AS what, found.value AS value, found.holder AS holder, found.key_revision AS key_revision,
           found.mpn_kind AS mpn_kind, partner.id AS id, partner.revision AS revision, partner.kind AS kind,
           partner.tenant AS tenant, partner.cloud AS cloud, partner.country AS country,
           partner.tenant_country AS tenant_country, partner.legal_name AS legal_name,
           COALESCE(past.enrollment_state, partner.enrollment_state) AS enrollment_state,
           COALESCE(past.standing, partner.standing) AS standing,
           CAST(CASE WHEN past.partner IS NULL THEN 0 ELSE 1 END AS BIGINT) AS dated,
           partner.mpn_ids AS mpn_ids, partner_agreement.region AS region,
           partner_agreement.sign_date AS sign_date, partner_agreement.account AS agreement_account,
           partner_agreement.revision AS agreement_revision,
           organization.id AS company_id, organization.revision AS company_revision,
           COALESCE((SELECT affiliation_group FROM affiliation
                      WHERE affiliation.organization = organization.id
                        AND since <= $1 AND (until = '' OR until > $1)), '') AS affiliation_group,
           COALESCE(member.id, '') AS member, CAST(COALESCE(member.revision, 0) AS BIGINT) AS member_revision,
           CAST(CASE WHEN EXISTS (SELECT account.id FROM partner AS account
                                   WHERE account.organization = 'organizations/' || organization.id
                                     AND NOT EXISTS (SELECT entry.partner FROM partner_status AS entry
                                                      WHERE entry.partner = account.id AND entry.start_day <= $2))
                     THEN 0 ELSE 1 END AS BIGINT) AS company_dated
      FROM (";

const BEHIND: &str = ") AS found
      LEFT JOIN partner ON partner.id = found.account
      LEFT JOIN partner_status AS past
        ON past.partner = partner.id
       AND past.start_day = (SELECT MAX(entry.start_day) FROM partner_status AS entry
                              WHERE entry.partner = partner.id AND entry.start_day <= $2)
      LEFT JOIN organization
        ON organization.id = COALESCE(found.company, SUBSTR(partner.organization, LENGTH('organizations/') + 1))
      LEFT JOIN partner AS member
        ON member.id = (SELECT MIN(account.id) FROM partner AS account
                         WHERE account.organization = 'organizations/' || organization.id
                           AND COALESCE((SELECT entry.enrollment_state FROM partner_status AS entry
                                          WHERE entry.partner = account.id AND entry.start_day <= $2
                                          ORDER BY entry.start_day DESC LIMIT 1),
                                        account.enrollment_state) = 'AUTHORIZED')
      LEFT JOIN partner_agreement ON partner_agreement.organization = partner.organization";

const CLAIMS: &str = "
    SELECT kind AS what, value, holder, CAST(0 AS BIGINT) AS key_revision, '' AS mpn_kind,
           CASE kind WHEN 'CSP_TENANT' THEN SUBSTR(holder, LENGTH('partners/') + 1) END AS account,
           CAST(NULL AS TEXT) AS company
      FROM claim WHERE value IN";

const MPN_IDS: &str = "
    SELECT 'MPN_ID' AS what, number AS value, partner AS holder, revision AS key_revision, kind AS mpn_kind,
           SUBSTR(partner, LENGTH('partners/') + 1) AS account, CAST(NULL AS TEXT) AS company
      FROM mpn_id WHERE number IN";

const ACCOUNTS: &str = "
    SELECT 'PARTNER' AS what, id AS value, CAST(NULL AS TEXT) AS holder, CAST(0 AS BIGINT) AS key_revision,
           '' AS mpn_kind, id AS account, CAST(NULL AS TEXT) AS company
      FROM partner WHERE id IN";

const COMPANIES: &str = "
    SELECT 'ORGANIZATION' AS what, id AS value, CAST(NULL AS TEXT) AS holder, CAST(0 AS BIGINT) AS key_revision,
           '' AS mpn_kind, CAST(NULL AS TEXT) AS account, id AS company
      FROM organization WHERE id IN";

/// Identifiers of accounts that are authorized, or were on day `$2`: `holder` is the account. A pending or
/// rejected application claims nothing.
const IDENTIFIERS: &str = "
    SELECT 'IDENTIFIER' AS what, value, 'partners/' || account.id AS holder, account.revision AS key_revision,
           '' AS mpn_kind, CAST(NULL AS TEXT) AS account,
           SUBSTR(account.organization, LENGTH('organizations/') + 1) AS company
      FROM company_identifier JOIN partner AS account ON account.id = company_identifier.partner
     WHERE COALESCE((SELECT entry.enrollment_state FROM partner_status AS entry
                      WHERE entry.partner = account.id AND entry.start_day <= $2
                      ORDER BY entry.start_day DESC LIMIT 1), account.enrollment_state) = 'AUTHORIZED'
       AND value IN";

/// Every statement of this module: the one over all tables.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&ALL];

/// The statement with one key for each table, for the tests that check every statement.
const ALL: Keys<'static> = Keys {
    day: "2026-11-21",
    status_day: "2026-11-21",
    claims: &["contoso.example"],
    mpn_ids: &["4711"],
    accounts: &["contoso"],
    companies: &["contoso"],
    identifiers: &["domain contoso.example"],
};

/// The keys of a request. Affiliation groups are read as of `day`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys<'k> {
    pub(crate) day: &'k str,
    /// The day of enrolment and standing; empty for the present ones.
    pub(crate) status_day: &'k str,
    /// Tenants and domains.
    pub(crate) claims: &'k [&'k str],
    pub(crate) mpn_ids: &'k [&'k str],
    /// Ids of accounts.
    pub(crate) accounts: &'k [&'k str],
    /// Ids of companies.
    pub(crate) companies: &'k [&'k str],
    /// Identifiers of companies, as [`crate::partner::identifier`] writes them.
    pub(crate) identifiers: &'k [&'k str],
}

/// One row of the result. An account has one row for each signature of its company, or a single row if the
/// company has no signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundRow {
    pub(crate) key: Key,
    /// The account that the key names, or that holds the claimed tenant or the MPN ID, with its company.
    pub(crate) account: Option<(AccountRow, CompanyRow)>,
    pub(crate) signature: Option<SignatureRow>,
}

/// The kind of key that found the row, with the columns of the key's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    Claim(ClaimRow),
    MpnId(MpnRow),
    Account,
    Company(CompanyRow),
    Identifier(IdentifierRow),
}

table! {
    /// A claim of a tenant or a domain.
    pub(crate) struct ClaimRow in "claim" key [what, value] {
        what: Kind,
        value: String,
        holder: String,
    }
}

table! {
    /// An MPN ID: `value` is its number, `holder` the account that it is associated with.
    pub(crate) struct MpnRow in "mpn_id" {
        value: String,
        key_revision: i64,
        mpn_kind: Stored<MpnKind>,
        holder: Option<String>,
    }
}

table! {
    /// An identifier: `holder` is the authorized account that gives it, at its revision, and the company owns
    /// the account.
    pub(crate) struct IdentifierRow in "company_identifier" key [value, holder] {
        value: String,
        holder: String,
        key_revision: i64,
        company_id: String,
    }
}

table! {
    /// A partner account.
    pub(crate) struct AccountRow in "partner" {
        id: String,
        revision: i64,
        kind: Stored<PartnerKind>,
        tenant: String,
        cloud: Stored<Cloud>,
        country: Stored<Country>,
        tenant_country: Stored<Country>,
        legal_name: String,
        enrollment_state: Stored<EnrollmentState>,
        standing: Stored<Standing>,
        /// Whether enrolment and standing are those of a past day.
        dated: bool,
        mpn_ids: Stored<Vec<String>>,
    }
}

table! {
    /// A company's signature of the partner agreement: its region and day, and the account that names it.
    pub(crate) struct SignatureRow in "partner_agreement" key [company_id, region] {
        company_id: String,
        region: Stored<Region>,
        sign_date: Day,
        agreement_account: String,
        agreement_revision: i64,
    }
}

table! {
    /// A company with its affiliation group on one day.
    pub(crate) struct CompanyRow in "organization" {
        company_id: String,
        company_revision: i64,
        /// Empty for a company in no group.
        affiliation_group: String,
        /// Id of the first authorized account of the company; empty for none.
        member: String,
        member_revision: i64,
        /// Whether the enrolment of each of its accounts is that of a past day.
        company_dated: bool,
    }
}

impl FromRow<'_, Row> for FoundRow {
    fn from_row(row: &Row) -> sqlx::Result<Self> {
        let has = |column: &str| Ok::<_, sqlx::Error>(row.try_get::<Option<String>, _>(column)?.is_some());
        let key = match row.try_get::<&str, _>("what")? {
            "MPN_ID" => Key::MpnId(MpnRow::from_row(row)?),
            "PARTNER" => Key::Account,
            "ORGANIZATION" => Key::Company(CompanyRow::from_row(row)?),
            "IDENTIFIER" => Key::Identifier(IdentifierRow::from_row(row)?),
            _ => Key::Claim(ClaimRow::from_row(row)?),
        };
        // A company that is missing beside its account is a broken row, as its columns are read all the same.
        let account =
            if has("id")? { Some((AccountRow::from_row(row)?, CompanyRow::from_row(row)?)) } else { None };
        let signature = if has("region")? { Some(SignatureRow::from_row(row)?) } else { None };
        Ok(FoundRow { key, account, signature })
    }
}

impl<'k> Keys<'k> {
    fn lists(&self) -> [&'k [&'k str]; 5] {
        [self.claims, self.mpn_ids, self.accounts, self.companies, self.identifiers]
    }
}

impl Statement for Keys<'_> {
    fn sql(&self) -> String {
        statement(self.lists()).unwrap_or_default()
    }
}

/// Every row that the keys find, read in one snapshot.
pub(crate) async fn found(conn: &mut Connection, keys: Keys<'_>) -> Result<Vec<FoundRow>> {
    let lists = keys.lists();
    // All lists are padded to one power of two: a connection then has fewer distinct statements to prepare.
    let longest = lists.iter().map(|list| list.len()).max().unwrap_or_default();
    let lists = lists.map(|list| sql::padded(list, longest.next_power_of_two()));
    let Some(statement) = statement(lists.each_ref().map(Vec::as_slice)) else { return Ok(Vec::new()) };
    let query = sqlx::query_as(AssertSqlSafe(statement)).bind(keys.day).bind(keys.status_day);
    let values = lists.iter().flatten();
    Ok(values.fold(query, |query, value| query.bind(*value)).fetch_all(conn).await?)
}

/// The statement for these lists of keys; `None` if all are empty. A table without keys is left out.
fn statement(lists: [&[&str]; 5]) -> Option<String> {
    let (mut parts, mut next) = (Vec::new(), 3);
    for (part, keys) in [CLAIMS, MPN_IDS, ACCOUNTS, COMPANIES, IDENTIFIERS].into_iter().zip(lists) {
        if !keys.is_empty() {
            parts.push(sql::list(part, next, keys.len(), "").0);
            next += keys.len();
        }
    }
    (!parts.is_empty()).then(|| format!("{FOUND}{}{BEHIND}", parts.join(" UNION ALL ")))
}

#[cfg(test)]
mod tests {
    use csp_store::{Config, Store};

    use super::*;
    use crate::schema::MIGRATIONS;

    const EACH: Keys<'static> = Keys {
        day: "2026-11-21",
        status_day: "",
        claims: &["a", "b"],
        mpn_ids: &["1"],
        accounts: &["a"],
        companies: &["a", "b"],
        identifiers: &["domain a.example"],
    };
    const NOTHING: Keys<'static> =
        Keys { claims: &[], mpn_ids: &[], accounts: &[], companies: &[], identifiers: &[], ..EACH };

    #[test]
    fn no_keys_build_no_statement_and_placeholders_are_numbered_through_all_lists() {
        assert!(statement(NOTHING.lists()).is_none());
        let whole = statement(EACH.lists()).unwrap();
        for list in ["value IN ($3, $4)", "number IN ($5)", "partner WHERE id IN ($6)", "id IN ($7, $8)"] {
            assert!(whole.contains(list), "{list}: {whole}");
        }
        let one = statement(Keys { companies: EACH.companies, ..NOTHING }.lists()).unwrap();
        assert!(one.contains("organization WHERE id IN ($3, $4)") && !one.contains("FROM claim"), "{one}");
    }

    #[tokio::test]
    async fn every_table_is_searched_by_an_index_for_every_kind_of_key() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::sqlite(folder.path().join("registry.db"));
        let store = Store::open(config, crate::NAME, MIGRATIONS).await.unwrap();
        let mut reader = store.read_once().await.unwrap();
        let shapes = [
            EACH,
            Keys { claims: EACH.claims, ..NOTHING },
            Keys { mpn_ids: EACH.mpn_ids, ..NOTHING },
            Keys { accounts: EACH.accounts, ..NOTHING },
            Keys { companies: EACH.companies, ..NOTHING },
            Keys { identifiers: EACH.identifiers, ..NOTHING },
        ];
        for shape in shapes {
            let explain = format!("EXPLAIN QUERY PLAN {}", statement(shape.lists()).unwrap());
            let query = sqlx::query(AssertSqlSafe(explain)).bind(shape.day).bind(shape.status_day);
            let query = shape.lists().into_iter().flatten().fold(query, |query, value| query.bind(*value));
            let steps: Vec<String> =
                query.fetch_all(&mut *reader).await.unwrap().iter().map(|row| row.get("detail")).collect();
            let searched = steps.iter().filter(|step| step.starts_with("SEARCH")).count();
            // `found` is the subquery of found keys, not a table: a scan of it is expected.
            let scanned: Vec<&String> =
                steps.iter().filter(|step| step.starts_with("SCAN") && *step != "SCAN found").collect();
            assert!(searched >= 5 && scanned.is_empty(), "{steps:#?}");
        }
    }
}
