//! The status of an account, its enrolment and its standing, by day: the record of an act is decided by the
//! status of the day of the act. Before the first entry of an account its present status holds.

pub(crate) mod table;

use csp_policy::Day;
use csp_proto::partner_registry::v1::{EnrollmentState, Standing};
use csp_service::{Fields, Result, Stored};
use csp_store::{Connection, Tx};

use self::table::StatusRow;
use super::Partner;

/// The day that a caller asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct On {
    pub(crate) day: Day,
    today: Day,
}

impl On {
    /// Reads `as_of_date`, a day not after `today`; empty means today.
    pub(crate) fn read(fields: &mut Fields, sent: &str, today: Day) -> Option<Self> {
        let day = fields.optional(sent, |fields, value| fields.past_day("as_of_date", value, today))?;
        Some(On { day: day.unwrap_or(today), today })
    }

    /// The day, if it is before today.
    pub(crate) fn past(self) -> Option<Day> {
        Some(self.day).filter(|day| *day < self.today)
    }
}

/// The status of an account on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) enrollment_state: EnrollmentState,
    pub(crate) standing: Standing,
    /// Whether an entry covers the day. False for the present status.
    pub(crate) dated: bool,
}

impl Partner {
    /// The present status.
    pub(crate) fn status(&self) -> Status {
        Status { enrollment_state: self.enrollment_state(), standing: self.standing(), dated: false }
    }

    /// The status on `past`, a day before today; the present one for `None`, which reads nothing.
    pub(crate) async fn status_on(&self, conn: &mut Connection, past: Option<Day>) -> Result<Status> {
        let entry = match past {
            Some(day) => table::on_day(conn, &self.row().id, day).await?,
            None => None,
        };
        Ok(entry.map_or_else(|| self.status(), Status::from))
    }

    /// Writes the present status as the entry from `day` on.
    pub(crate) fn keep_status(&self, tx: &mut Tx, day: Day) {
        let Status { enrollment_state, standing, .. } = self.status();
        let row = StatusRow {
            partner: self.row().id.clone(),
            start_day: day,
            enrollment_state: Stored(enrollment_state),
            standing: Stored(standing),
        };
        table::keep(tx, &row);
    }
}

impl From<StatusRow> for Status {
    fn from(row: StatusRow) -> Self {
        Status { enrollment_state: row.enrollment_state.0, standing: row.standing.0, dated: true }
    }
}
