//! Links that prove an invitation: derived from a key, never stored.
//!
//! A token is `{id}.{generation}.{mac}`. Withdrawing or renewing an invitation raises its generation, so
//! older links stop naming it; the caller compares the generation with the one it holds.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::digest::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::Ids;

/// Length of a key.
const KEY_BYTES: usize = 32;
/// Longest token that is looked at.
pub const LINK_TOKEN_BYTES_MAX: usize = 256;

/// The key of a service's links. Whoever has it can forge every link of the service.
#[derive(Clone)]
pub struct LinkKey {
    mac: Hmac<Sha256>,
}

impl LinkKey {
    /// The key with these bytes.
    pub fn new(bytes: &[u8; KEY_BYTES]) -> Self {
        // HMAC fills a short key up with zeroes to the length of a block; so does this.
        let mut block = Key::<Hmac<Sha256>>::default();
        block.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
        LinkKey { mac: Hmac::new(&block) }
    }

    /// The key in the file at `path`; made at first use, readable by the owner only.
    pub fn open(path: &Path, ids: &Ids) -> io::Result<Self> {
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Ok(mut file) => {
                let bytes = ids.secret();
                file.write_all(&bytes)?;
                file.sync_all()?;
                Ok(Self::new(&bytes))
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let mut bytes = [0; KEY_BYTES];
                File::open(path)?.read_exact(&mut bytes)?;
                Ok(Self::new(&bytes))
            }
            Err(error) => Err(error),
        }
    }

    /// The token of the `generation`-th link of the invitation `id`, good for `purpose` only.
    pub fn token(&self, purpose: &str, id: &str, generation: i64) -> String {
        let mac = self.mac_of(purpose, id, generation).finalize().into_bytes();
        format!("{id}.{generation}.{}", URL_SAFE_NO_PAD.encode(mac))
    }

    /// The invitation and the generation that a token names; `None` for every token that this key did not
    /// make for `purpose`. Takes the same time for a near miss as for a far one.
    pub fn verify(&self, purpose: &str, token: &str) -> Option<(String, i64)> {
        if token.len() > LINK_TOKEN_BYTES_MAX {
            return None;
        }
        let mut parts = token.rsplitn(3, '.');
        let (mac, generation, id) = (parts.next()?, parts.next()?, parts.next()?);
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        let generation: i64 = generation.parse().ok()?;
        self.mac_of(purpose, id, generation).verify_slice(&mac).ok()?;
        Some((id.to_owned(), generation))
    }

    fn mac_of(&self, purpose: &str, id: &str, generation: i64) -> Hmac<Sha256> {
        // Lengths first, so that no two links share their input.
        let mut mac = self.mac.clone();
        for part in [purpose, id] {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.update(&generation.to_be_bytes());
        mac
    }
}

impl fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_link_proves_the_invitation_that_it_was_made_for() {
        let key = LinkKey::new(&[1; 32]);
        let token = key.token("partnership", "contoso.fabrikam", 2);
        assert_eq!(key.verify("partnership", &token), Some(("contoso.fabrikam".to_owned(), 2)));
    }

    #[test]
    fn a_link_proves_nothing_else() {
        let key = LinkKey::new(&[1; 32]);
        let token = key.token("partnership", "p1", 2);
        assert_eq!(key.verify("customer", &token), None, "other purpose");
        assert_eq!(LinkKey::new(&[2; 32]).verify("partnership", &token), None, "other key");
        assert_eq!(key.verify("partnership", &token.replacen("p1", "p2", 1)), None, "other invitation");
        assert_eq!(key.verify("partnership", &token.replacen(".2.", ".3.", 1)), None, "other generation");
        assert_eq!(key.verify("partnership", token.get(..token.len() - 4).unwrap()), None, "cut");
        assert_eq!(key.verify("partnership", &"x".repeat(300)), None, "overlong");
        assert_eq!(key.verify("partnership", ""), None, "empty");
    }

    #[test]
    fn a_key_file_is_made_once_and_readable_by_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("link.key");
        let first = LinkKey::open(&path, &Ids::seeded(1)).unwrap();
        let second = LinkKey::open(&path, &Ids::seeded(2)).unwrap();
        assert_eq!(first.token("p", "1", 1), second.token("p", "1", 1));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
