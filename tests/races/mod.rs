//! Two properties that must hold under concurrent calls. No call that begins after the acknowledgement of a
//! revocation succeeds by the revoked fact. A request has one effect, however often the request is sent and
//! whatever answers and connections are lost.
//!
//! In reading order: `history` (the recorded calls), `checker` (finds violations in a history and in the
//! final state), `runner` (plays thousands of schedules), `pairs` (the calls that race with each other),
//! `no_new_enemy` (all pairs on both backends, with negative controls), `one_effect` (repeats, lost answers,
//! lost connections).
//!
//! The number of a schedule is its random seed: the same number plays the same calls with the same lags. How
//! the calls then interleave depends on the machine. `CSP_RACE_SCHEDULES=5000` plays the long form.

mod checker;
mod history;
mod no_new_enemy;
mod one_effect;
mod pairs;
mod runner;
