//! The table `partner_status`: at most one entry for each account and day.

use csp_policy::Day;
use csp_proto::partner_registry::v1::{EnrollmentState, Standing};
use csp_service::{Result, Stored};
use csp_store::{Connection, Save, Select, Statement, Tx, table};

table! {
    /// The status of an account from `start_day` on, until the day of its next entry.
    pub(crate) struct StatusRow in "partner_status" key [partner, start_day] {
        /// Id of the account.
        partner: String,
        start_day: Day,
        enrollment_state: Stored<EnrollmentState>,
        standing: Stored<Standing>,
    }
}

const ON_DAY: Select<StatusRow> = Select::new(
    "
    SELECT * FROM partner_status
     WHERE partner = $1 AND start_day <= $2
     ORDER BY start_day DESC LIMIT 1",
);

const KEEP: Save<StatusRow> = Save::new(
    "
    INSERT INTO partner_status (partner, start_day, enrollment_state, standing)
    VALUES (:partner, :start_day, :enrollment_state, :standing)
        ON CONFLICT (partner, start_day) DO UPDATE
       SET enrollment_state = excluded.enrollment_state, standing = excluded.standing",
);

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&ON_DAY, &KEEP];

/// The entry that covers `day`; `None` before the first entry.
pub(crate) async fn on_day(conn: &mut Connection, partner: &str, day: Day) -> Result<Option<StatusRow>> {
    Ok(ON_DAY.query().bind(partner).bind(day.to_string()).fetch_optional(conn).await?)
}

/// Saves an entry, in place of an earlier entry of the same day.
pub(crate) fn keep(tx: &mut Tx, row: &StatusRow) {
    tx.put(KEEP.of(row));
}
