//! Tokens of invitation links: derived from a secret key with an HMAC, never stored.
//!
//! A token is `{id}.{generation}.{mac}`. Withdrawing or renewing an invitation raises its generation, which
//! invalidates older links: the caller of [`LinkKey::verify`] compares the token's generation with the stored
//! one.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::digest::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tempfile::NamedTempFile;

use crate::runtime::ids::Ids;

/// Length of a key, in bytes.
const KEY_BYTES: usize = 32;
/// Maximum length of a token, in bytes; a longer token is refused unread.
pub const LINK_TOKEN_BYTES_MAX: usize = 256;

/// The secret key of a service's links. Anybody who has the key can forge every link of the service.
#[derive(Clone)]
pub struct LinkKey {
    mac: Hmac<Sha256>,
}

impl LinkKey {
    /// The key with these bytes.
    pub fn new(bytes: &[u8; KEY_BYTES]) -> Self {
        // HMAC pads a short key with zeroes to the length of a block; this code pads the key with zeroes too.
        let mut block = Key::<Hmac<Sha256>>::default();
        block.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
        LinkKey { mac: Hmac::new(&block) }
    }

    /// Reads the key in the file at `path`. The file is created at first use, readable by its owner only. If
    /// several processes create the file at the same time, all use the one that was created first. An
    /// interrupted creation leaves no file.
    ///
    /// # Errors
    /// When the file cannot be read or created, or does not contain a complete key.
    pub fn open(path: &Path, ids: &Ids) -> io::Result<Self> {
        match Self::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Self::make(path, ids)?;
                Self::read(path)
            }
            read => read,
        }
    }

    fn read(path: &Path) -> io::Result<Self> {
        let stored = std::fs::read(path)?;
        let bytes = <[u8; KEY_BYTES]>::try_from(stored.as_slice()).map_err(|_| {
            let place = path.display();
            let problem = format!(
                "`{place}` holds no key of {KEY_BYTES} bytes; remedy: restore it, or remove it, which voids the links that were sent"
            );
            io::Error::new(io::ErrorKind::InvalidData, problem)
        })?;
        Ok(Self::new(&bytes))
    }

    fn make(path: &Path, ids: &Ids) -> io::Result<()> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(&ids.secret())?;
        file.as_file().sync_all()?;
        match file.persist_noclobber(path) {
            Err(late) if late.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(failed) => Err(failed.error),
            // Sync the folder too, so that the file's name is as durable as its content.
            Ok(_) => File::open(folder)?.sync_all(),
        }
    }

    /// The token of the `generation`-th link of the invitation `id`, valid for `purpose` only.
    pub fn token(&self, purpose: &str, id: &str, generation: i64) -> String {
        let mac = self.mac_of(purpose, id, generation).finalize().into_bytes();
        format!("{id}.{generation}.{}", URL_SAFE_NO_PAD.encode(mac))
    }

    /// The invitation id and the generation of a token; `None` for a token that this key did not create for
    /// `purpose`. The comparison takes constant time.
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
        // Each part is prefixed with its length, so that two different links never have the same input.
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
    fn a_link_token_is_valid_for_its_own_invitation() {
        let key = LinkKey::new(&[1; 32]);
        let token = key.token("partnership", "contoso.fabrikam", 2);
        assert_eq!(key.verify("partnership", &token), Some(("contoso.fabrikam".to_owned(), 2)));
    }

    #[test]
    fn a_link_token_is_invalid_for_another_purpose_key_invitation_or_generation() {
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
    #[test]
    fn processes_that_start_together_share_one_key() {
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("link.key");
            let open = |seed| LinkKey::open(&path, &Ids::seeded(seed)).unwrap().token("p", "1", 1);
            let tokens: Vec<String> = std::thread::scope(|scope| {
                let starting: Vec<_> = (0..8).map(|seed| scope.spawn(move || open(seed))).collect();
                starting.into_iter().map(|process| process.join().unwrap()).collect()
            });
            assert!(tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
        }
    }

    #[test]
    fn the_error_for_a_damaged_key_file_names_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("link.key");
        std::fs::write(&path, "half").unwrap();
        let told = LinkKey::open(&path, &Ids::seeded(1)).unwrap_err().to_string();
        assert!(
            told.contains("link.key` holds no key of 32 bytes; remedy: restore it, or remove it"),
            "{told}"
        );
    }
}
