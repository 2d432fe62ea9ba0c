//! Ids and secrets, drawn from one seeded generator, so that a test with a fixed seed gets the same ids in
//! every run.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::{ChaCha12Rng, SysRng};
use rand::{Rng, SeedableRng};

use crate::runtime::clock::Clock;

/// A generator of ids and secrets. Clones share one generator.
#[derive(Clone)]
pub struct Ids {
    generator: Arc<Mutex<ChaCha12Rng>>,
}

impl Ids {
    /// Unguessable ids, seeded by the operating system.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn random() -> io::Result<Self> {
        Ok(Self::drawn_from(ChaCha12Rng::try_from_rng(&mut SysRng)?))
    }

    /// Repeatable ids: for tests only, because anybody who knows the seed knows all ids and secrets.
    pub fn seeded(seed: u64) -> Self {
        Self::drawn_from(ChaCha12Rng::seed_from_u64(seed))
    }

    /// A new id: a version 7 UUID of the clock's current time, as text.
    pub fn next(&self, clock: &Clock) -> String {
        let millis = u64::try_from(clock.now().as_millisecond()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.draw()).into_uuid().to_string()
    }

    /// A new secret of 256 bits.
    pub fn secret(&self) -> [u8; 32] {
        self.draw()
    }

    fn drawn_from(generator: ChaCha12Rng) -> Self {
        Ids { generator: Arc::new(Mutex::new(generator)) }
    }

    fn draw<const BYTES: usize>(&self) -> [u8; BYTES] {
        let mut drawn = [0; BYTES];
        self.generator.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut drawn);
        drawn
    }
}

/// Whether the text has the form of an id that [`Ids::next`] draws.
pub(crate) fn is_drawn(id: &str) -> bool {
    uuid::Uuid::try_parse(id).is_ok_and(|parsed| parsed.get_version_num() == 7 && parsed.to_string() == id)
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
    fn an_id_is_a_version_7_uuid_of_the_clocks_time() {
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
