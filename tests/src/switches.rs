//! Every variable of the environment that a test reads. CONTRIBUTING.md has the same list for people, and a
//! test compares the two.

use std::ffi::OsString;
use std::str::FromStr;

/// A variable of the environment.
#[derive(Debug, Clone, Copy)]
pub struct Switch {
    /// Its name.
    pub name: &'static str,
    /// What it changes.
    pub meaning: &'static str,
}

/// The shape of the suite under test.
pub const SHAPE: Switch = switch(
    "CSP_TEST_SHAPE",
    "the suite under test: `sqlite` (one process, the default), `postgres` (one process) or `processes` (four on PostgreSQL)",
);
/// Leave out PostgreSQL.
pub const WITHOUT_POSTGRES: Switch =
    switch("CSP_WITHOUT_POSTGRES", "`1`: go on without the tests on PostgreSQL when it is missing");
/// The folder of PostgreSQL's programs; read by `tests/postgres`.
pub const POSTGRES_BIN: Switch = switch(
    "CSP_POSTGRES_BIN",
    "folder of PostgreSQL's programs, where they are neither on PATH nor in Debian's place",
);
/// Leave out grpcurl.
pub const WITHOUT_GRPCURL: Switch =
    switch("CSP_WITHOUT_GRPCURL", "`1`: go on without the tests that run grpcurl when it is missing");
/// The program grpcurl.
pub const GRPCURL: Switch = switch(
    "CSP_GRPCURL",
    "the program grpcurl; `tests/run` installs one under `target/tools` and names it here",
);
/// Write committed texts anew.
pub const UPDATE_GOLDEN: Switch =
    switch("UPDATE_GOLDEN", "`1`: write generated texts that are committed anew instead of comparing them");
/// Schedules of each race.
pub const RACE_SCHEDULES: Switch = switch(
    "CSP_RACE_SCHEDULES",
    "schedules of each pair of racing calls on each backend; 60 by default, 5000 is long",
);
/// Kills of each layout.
pub const CRASH_KILLS: Switch = switch("CSP_CRASH_KILLS", "kills of each layout of processes; 300 is long");
/// The seed of the kills.
pub const CRASH_SEED: Switch =
    switch("CSP_CRASH_SEED", "seed of the kills and of the load beside them: repeats a run that failed");
/// Every way of failing for each statement.
pub const STATEMENT_FAULTS: Switch = switch(
    "CSP_STATEMENT_FAULTS",
    "`1`: each statement of each command fails in all four ways, not in one of them",
);
/// The long form of the faults.
pub const FAULTS_LONG: Switch =
    switch("CSP_FAULTS_LONG", "`1`: a peer is silent for half a minute, and a call outlasts the shutdown");
/// Where the table of faults goes.
pub const FAULT_TABLE: Switch = switch(
    "CSP_FAULT_TABLE",
    "file that the rows of `tests/FAULTS.md` are appended to; `tests/faults-table` sets it",
);
/// The clock of a process under test.
pub const CLOCK: Switch = switch(
    "CSP_UNDER_TEST_CLOCK",
    "instant at which the clock of a started `csp-under-test` stands; the tests set it",
);

/// All of them.
pub const ALL: &[Switch] = &[
    SHAPE,
    WITHOUT_POSTGRES,
    POSTGRES_BIN,
    WITHOUT_GRPCURL,
    GRPCURL,
    UPDATE_GOLDEN,
    RACE_SCHEDULES,
    CRASH_KILLS,
    CRASH_SEED,
    STATEMENT_FAULTS,
    FAULTS_LONG,
    FAULT_TABLE,
    CLOCK,
];

const fn switch(name: &'static str, meaning: &'static str) -> Switch {
    Switch { name, meaning }
}

impl Switch {
    /// Whether it is `1`.
    pub fn is_on(&self) -> bool {
        self.raw().is_some_and(|value| value == "1")
    }

    /// Its value; none where it is not set. A value of another form is an error that names the variable.
    pub fn value<T: FromStr>(&self) -> Option<T> {
        let value = self.raw()?;
        let read = value.to_str().and_then(|text| text.parse().ok());
        Some(
            read.unwrap_or_else(|| panic!("{} cannot be `{}`: {}", self.name, value.display(), self.meaning)),
        )
    }

    /// Its value as the system has it, for paths.
    pub fn raw(&self) -> Option<OsString> {
        std::env::var_os(self.name)
    }
}
