//! What must hold whatever runs at the same time: no call that begins after a revocation was acknowledged succeeds
//! by the old fact, and a request has one effect however often, and through whatever loss, it is sent.
//!
//! In reading order: `history` (calls as they were made), `checker` (what a history and the book after it must not
//! show), `runner` (thousands of schedules), `pairs` (who races with whom), `no_new_enemy` (all of them on both
//! backends, and the negative controls), `one_effect` (repeats, lost answers, lost connections).
//!
//! A schedule is drawn from its number, so that the same number plays the same calls with the same lags; what the
//! machine makes of that is up to the machine. `CSP_RACE_SCHEDULES=5000` plays the long form.

mod checker;
mod history;
mod no_new_enemy;
mod one_effect;
mod pairs;
mod runner;
