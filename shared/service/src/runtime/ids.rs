//! Ids and secrets: drawn from one seeded source, so that a test sees the same ones each time.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::runtime::clock::Clock;

/// Makes ids and secrets. Clones share one source.
///
/// The source is a chain of SHA-256: each draw replaces the state, so what was drawn before cannot be
/// computed from what is in memory now.
#[derive(Clone)]
pub struct Ids {
    state: Arc<Mutex<[u8; 32]>>,
}

impl Ids {
    /// Unguessable ids, seeded by the operating system. Fails when it has no randomness to give.
    pub fn random() -> io::Result<Self> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        Ok(Self::from_state(seed))
    }

    /// Repeatable ids: for tests only, since whoever knows the seed knows them all.
    pub fn seeded(seed: u64) -> Self {
        Self::from_state(Sha256::digest(seed.to_be_bytes()).into())
    }

    /// A new id: a version 7 UUID of the clock's now, as text.
    pub fn next(&self, clock: &Clock) -> String {
        let millis = u64::try_from(clock.now().as_millisecond()).unwrap_or_default();
        let drawn = self.draw();
        let mut random = [0; 10];
        random.iter_mut().zip(drawn).for_each(|(byte, source)| *byte = source);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().to_string()
    }

    /// A new secret of 256 bits.
    pub fn secret(&self) -> [u8; 32] {
        self.draw()
    }

    fn from_state(state: [u8; 32]) -> Self {
        Ids { state: Arc::new(Mutex::new(state)) }
    }

    fn draw(&self) -> [u8; 32] {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let drawn = Sha256::new().chain_update(*state).chain_update(b"drawn").finalize().into();
        *state = Sha256::new().chain_update(*state).chain_update(b"next").finalize().into();
        drawn
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        Clock::starting_at("2026-11-21T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn an_id_is_a_version_7_uuid_of_the_clocks_now() {
        let id: uuid::Uuid = Ids::seeded(1).next(&clock()).parse().unwrap();
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.get_timestamp().unwrap().to_unix().0, 1_795_262_400);
    }

    #[test]
    fn the_same_seed_gives_the_same_ids_and_no_id_twice() {
        let (one, other) = (Ids::seeded(7), Ids::seeded(7));
        let first = one.next(&clock());
        assert_eq!(first, other.next(&clock()));
        assert_ne!(first, one.next(&clock()));
    }

    #[test]
    fn random_secrets_differ() {
        let ids = Ids::random().unwrap();
        assert_ne!(ids.secret(), ids.secret());
        assert_ne!(ids.secret(), Ids::random().unwrap().secret());
    }
}
