//! What other services ask of all tables: one statement, however much is asked, and none where nothing is.

use csp_store::{Connection, Error, sql};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, FromRow, Row as _};

/// A company on the day `$1`. An application makes nobody a partner before it is reviewed.
macro_rules! company_columns {
    () => {
        "organization.id AS company_id, organization.revision AS company_revision, \
         COALESCE((SELECT affiliation_group FROM affiliation WHERE affiliation.organization = organization.id \
           AND since <= $1 AND (until = '' OR until > $1)), '') AS affiliation_group, \
         CAST(CASE WHEN EXISTS (SELECT account.id FROM partner AS account \
           WHERE account.organization = 'organizations/' || organization.id \
           AND account.enrollment_state = 'AUTHORIZED') \
           THEN 1 ELSE 0 END AS BIGINT) AS is_partner"
    };
}

/// What was found by the keys, each with the account or the company behind it, and that one's signatures.
const FOUND: &str = concat!(
    "SELECT found.what AS what, found.value AS value, found.holder AS holder, found.mpn_revision AS mpn_revision, \
     found.mpn_kind AS mpn_kind, partner.id AS id, partner.revision AS revision, partner.kind AS kind, tenant, cloud, \
     partner.country AS country, tenant_country, partner.organization AS organization, \
     partner.legal_name AS legal_name, enrollment_state, standing, mpn_ids, partner_agreement.region AS region, \
     partner_agreement.sign_date AS sign_date, ",
    company_columns!(),
    " FROM ("
);
const BEHIND: &str = ") AS found LEFT JOIN partner ON partner.id = found.account \
     LEFT JOIN organization ON organization.id = \
       COALESCE(found.company, SUBSTR(partner.organization, LENGTH('organizations/') + 1)) \
     LEFT JOIN partner_agreement ON partner_agreement.organization = partner.organization";
const CLAIMS: &str = "SELECT kind AS what, value, holder, CAST(0 AS BIGINT) AS mpn_revision, '' AS mpn_kind, \
     CASE kind WHEN 'CSP_TENANT' THEN SUBSTR(holder, LENGTH('partners/') + 1) END AS account, \
     CAST(NULL AS TEXT) AS company FROM claim WHERE value IN";
const MPN_IDS: &str = "SELECT 'MPN_ID' AS what, number AS value, partner AS holder, revision AS mpn_revision, \
     kind AS mpn_kind, SUBSTR(partner, LENGTH('partners/') + 1) AS account, \
     CAST(NULL AS TEXT) AS company FROM mpn_id WHERE number IN";
const ACCOUNTS: &str = "SELECT 'PARTNER' AS what, id AS value, CAST(NULL AS TEXT) AS holder, \
     CAST(0 AS BIGINT) AS mpn_revision, '' AS mpn_kind, id AS account, \
     CAST(NULL AS TEXT) AS company FROM partner WHERE id IN";
const COMPANIES: &str = "SELECT 'ORGANIZATION' AS what, id AS value, CAST(NULL AS TEXT) AS holder, \
     CAST(0 AS BIGINT) AS mpn_revision, '' AS mpn_kind, CAST(NULL AS TEXT) AS account, \
     id AS company FROM organization WHERE id IN";

/// What is asked for; the companies are told as they are on `day`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys<'k> {
    pub(crate) day: &'k str,
    /// Tenants and domains.
    pub(crate) claims: &'k [&'k str],
    pub(crate) mpn_ids: &'k [&'k str],
    /// By id.
    pub(crate) accounts: &'k [&'k str],
    /// By id.
    pub(crate) companies: &'k [&'k str],
}

/// One thing that a key found. An account comes once with each signature of its company, or once without any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundRow {
    pub(crate) key: Key,
    /// The account that is named, that claims the tenant or has the membership.
    pub(crate) account: Option<AccountRow>,
    pub(crate) signature: Option<SignatureRow>,
}

/// What the key is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    Claim(ClaimRow),
    MpnId(MpnRow),
    Account,
    Company(CompanyRow),
}

/// A row of `claim`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct ClaimRow {
    #[sqlx(rename = "what")]
    pub(crate) kind: String,
    pub(crate) value: String,
    pub(crate) holder: String,
}

/// A membership.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct MpnRow {
    #[sqlx(rename = "value")]
    pub(crate) number: String,
    #[sqlx(rename = "mpn_revision")]
    pub(crate) revision: i64,
    #[sqlx(rename = "mpn_kind")]
    pub(crate) kind: String,
    #[sqlx(rename = "holder")]
    pub(crate) partner: Option<String>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct AccountRow {
    pub(crate) id: String,
    pub(crate) revision: i64,
    pub(crate) kind: String,
    pub(crate) tenant: String,
    pub(crate) cloud: String,
    pub(crate) country: String,
    /// Empty for an account of before it was asked for.
    pub(crate) tenant_country: String,
    pub(crate) organization: String,
    pub(crate) legal_name: String,
    pub(crate) enrollment_state: String,
    pub(crate) standing: String,
    pub(crate) mpn_ids: String,
    /// The company that holds it.
    #[sqlx(flatten)]
    pub(crate) company: CompanyRow,
}

/// Where and when a company signed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct SignatureRow {
    pub(crate) region: String,
    pub(crate) sign_date: String,
}

/// A company on one day.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct CompanyRow {
    pub(crate) company_id: String,
    pub(crate) company_revision: i64,
    /// Empty outside any group.
    pub(crate) affiliation_group: String,
    /// Whether it holds an authorized account.
    pub(crate) is_partner: i64,
}

impl FromRow<'_, AnyRow> for FoundRow {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        let has = |column: &str| Ok::<_, sqlx::Error>(row.try_get::<Option<String>, _>(column)?.is_some());
        let key = match row.try_get::<&str, _>("what")? {
            "MPN_ID" => Key::MpnId(MpnRow::from_row(row)?),
            "PARTNER" => Key::Account,
            "ORGANIZATION" => Key::Company(CompanyRow::from_row(row)?),
            _ => Key::Claim(ClaimRow::from_row(row)?),
        };
        let has_account = has("id")? && has("company_id")?;
        Ok(FoundRow {
            key,
            account: has_account.then(|| AccountRow::from_row(row)).transpose()?,
            signature: has("region")?.then(|| SignatureRow::from_row(row)).transpose()?,
        })
    }
}

/// What those keys find, all of it in one state of the tables.
pub(crate) async fn found(conn: &mut Connection, keys: Keys<'_>) -> Result<Vec<FoundRow>, Error> {
    let lists = [keys.claims, keys.mpn_ids, keys.accounts, keys.companies];
    // One length for all: the fewer statements are left for a connection to know.
    let longest = lists.iter().map(|list| list.len()).max().unwrap_or_default();
    let [claims, mpn_ids, accounts, companies] =
        lists.map(|list| sql::padded(list, longest.next_power_of_two()));
    let keys = Keys {
        day: keys.day,
        claims: &claims,
        mpn_ids: &mpn_ids,
        accounts: &accounts,
        companies: &companies,
    };
    let Some(statement) = statement(keys) else { return Ok(Vec::new()) };
    let values = [keys.claims, keys.mpn_ids, keys.accounts, keys.companies].into_iter().flatten();
    let query = sqlx::query_as(statement).bind(keys.day);
    Ok(values.fold(query, |query, value| query.bind(*value)).fetch_all(conn).await?)
}

/// Only tables that are asked for are looked into: what is left out costs nothing.
fn statement(keys: Keys<'_>) -> Option<AssertSqlSafe<String>> {
    let lists = [
        (CLAIMS, keys.claims),
        (MPN_IDS, keys.mpn_ids),
        (ACCOUNTS, keys.accounts),
        (COMPANIES, keys.companies),
    ];
    let (mut parts, mut next) = (Vec::new(), 2);
    for (head, keys) in lists.into_iter().filter(|(_, keys)| !keys.is_empty()) {
        parts.push(sql::list(head, next, keys.len(), "").0);
        next += keys.len();
    }
    (!parts.is_empty()).then(|| AssertSqlSafe(format!("{FOUND}{}{BEHIND}", parts.join(" UNION ALL "))))
}

#[cfg(test)]
mod tests {
    use csp_store::{Config, Store};

    use super::*;
    use crate::store::MIGRATIONS;

    const EACH: Keys<'static> = Keys {
        day: "2026-11-21",
        claims: &["a", "b"],
        mpn_ids: &["1"],
        accounts: &["a"],
        companies: &["a", "b"],
    };
    const NOTHING: Keys<'static> = Keys { claims: &[], mpn_ids: &[], accounts: &[], companies: &[], ..EACH };

    #[test]
    fn nothing_asked_is_no_statement_and_placeholders_count_on_through_all_lists() {
        assert!(statement(NOTHING).is_none());
        let whole = statement(EACH).unwrap().0;
        for list in ["value IN ($2, $3)", "number IN ($4)", "partner WHERE id IN ($5)", "id IN ($6, $7)"] {
            assert!(whole.contains(list), "{list}: {whole}");
        }
        let one = statement(Keys { companies: EACH.companies, ..NOTHING }).unwrap().0;
        assert!(one.contains("organization WHERE id IN ($2, $3)") && !one.contains("FROM claim"), "{one}");
    }

    #[tokio::test]
    async fn every_table_is_searched_by_an_index_however_much_is_asked() {
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
        ];
        for shape in shapes {
            let explain = format!("EXPLAIN QUERY PLAN {}", statement(shape).unwrap().0);
            let lists = [shape.claims, shape.mpn_ids, shape.accounts, shape.companies];
            let query = sqlx::query(AssertSqlSafe(explain)).bind(shape.day);
            let query = lists.into_iter().flatten().fold(query, |query, value| query.bind(*value));
            let steps: Vec<String> =
                query.fetch_all(&mut *reader).await.unwrap().iter().map(|row| row.get("detail")).collect();
            let searched = steps.iter().filter(|step| step.starts_with("SEARCH")).count();
            // What was found is walked: that is no table.
            let scanned: Vec<&String> =
                steps.iter().filter(|step| step.starts_with("SCAN") && *step != "SCAN found").collect();
            assert!(searched >= 5 && scanned.is_empty(), "{steps:#?}");
        }
    }
}
