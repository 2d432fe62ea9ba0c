//! Every variable of the environment that a test reads. CONTRIBUTING.md has the same list for people, and a
//! test compares the two.

use std::ffi::OsString;
use std::str::FromStr;

/// A variable of the environment.
#[derive(Debug, Clone, Copy)]
pub struct Switch {
    /// The name of the variable.
    pub name: &'static str,
    /// What the variable changes.
    pub meaning: &'static str,
}

/// The shape of the suite under test.
pub const SHAPE: Switch = switch(
    "CSP_TEST_SHAPE",
    "the suite under test: `sqlite` (one process, the default), `postgres` (one process) or `processes` (four on PostgreSQL)",
);
/// Leaves out the tests that need PostgreSQL.
pub const WITHOUT_POSTGRES: Switch =
    switch("CSP_WITHOUT_POSTGRES", "`1`: go on without the tests on PostgreSQL when it is missing");
/// The folder of PostgreSQL's programs; read by `tests/postgres`.
pub const POSTGRES_BIN: Switch = switch(
    "CSP_POSTGRES_BIN",
    "folder of PostgreSQL's programs, where they are neither on PATH nor in Debian's place",
);
/// Leaves out the tests that need grpcurl.
pub const WITHOUT_GRPCURL: Switch =
    switch("CSP_WITHOUT_GRPCURL", "`1`: go on without the tests that run grpcurl when it is missing");
/// The program grpcurl.
pub const GRPCURL: Switch = switch(
    "CSP_GRPCURL",
    "the program grpcurl; without it the one under `target/tools`, which `tests/run` installs, or the one on PATH",
);
/// The program that `tests/clients/run` plays its clients against.
pub const BINARY: Switch = switch(
    "CSP_TEST_BINARY",
    "the program `csp` that `tests/clients/run` starts; without it a debug build of the tree",
);
/// Writes the committed texts again.
pub const UPDATE_GOLDEN: Switch =
    switch("UPDATE_GOLDEN", "`1`: write generated texts that are committed anew instead of comparing them");
/// Number of schedules of each race.
pub const RACE_SCHEDULES: Switch = switch(
    "CSP_RACE_SCHEDULES",
    "schedules of each pair of racing calls on each backend; 60 by default, 5000 is long",
);
/// Number of kills of each layout.
pub const CRASH_KILLS: Switch = switch("CSP_CRASH_KILLS", "kills of each layout of processes; 300 is long");
/// The seed of the kills.
pub const CRASH_SEED: Switch =
    switch("CSP_CRASH_SEED", "seed of the kills and of the load beside them: repeats a run that failed");
/// Makes each statement fail in every way.
pub const STATEMENT_FAULTS: Switch = switch(
    "CSP_STATEMENT_FAULTS",
    "`1`: each statement of each command fails in all four ways, not in one of them",
);
/// Runs the long form of the fault tests.
pub const FAULTS_LONG: Switch =
    switch("CSP_FAULTS_LONG", "`1`: a peer is silent for half a minute, and a call outlasts the shutdown");
/// The file to which the rows of the table of faults are appended.
pub const FAULT_TABLE: Switch = switch(
    "CSP_FAULT_TABLE",
    "file that the rows of `tests/FAULTS.md` are appended to; `tests/faults-table` sets it",
);
/// The clock of a process under test.
pub const CLOCK: Switch = switch(
    "CSP_UNDER_TEST_CLOCK",
    "instant at which the clock of a started `csp-under-test` stands; the tests set it",
);

/// All switches.
pub const ALL: &[Switch] = &[
    SHAPE,
    WITHOUT_POSTGRES,
    POSTGRES_BIN,
    WITHOUT_GRPCURL,
    GRPCURL,
    BINARY,
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
    /// Whether the variable is `1`. Panics for a value that is neither `1` nor `0` nor empty.
    pub fn is_on(&self) -> bool {
        match self.value::<String>().as_deref() {
            None | Some("" | "0") => false,
            Some("1") => true,
            Some(other) => panic!("{} cannot be `{other}`: {}", self.name, self.meaning),
        }
    }

    /// The parsed value; `None` when the variable is not set. Panics with the name of the variable when the
    /// value cannot be parsed.
    pub fn value<T: FromStr>(&self) -> Option<T> {
        let value = self.raw()?;
        let read = value.to_str().and_then(|text| text.parse().ok());
        Some(
            read.unwrap_or_else(|| panic!("{} cannot be `{}`: {}", self.name, value.display(), self.meaning)),
        )
    }

    /// The value without parsing, for paths; `None` when the variable is not set.
    pub fn raw(&self) -> Option<OsString> {
        std::env::var_os(self.name)
    }
}
