//! Mail that waits to be sent by a relay: a process that sends mail. In development mode the suite prints the
//! mail instead. A mail may hold secrets (links, tokens), so the mail is erased once the relay has
//! acknowledged it.

use crate::{Change, Column, Connection, Error, Select, Statement, Tx};
use jiff::Timestamp;
use std::fmt;

/// Maximum number of mails that one read returns.
pub const MAILS_READ_MAX: u32 = 100;

const PENDING: Select<Mail> = Select::new("SELECT * FROM outbox ORDER BY created, id LIMIT $1");
const ACKNOWLEDGE: &str = "DELETE FROM outbox WHERE id = $1";

pub(crate) const STATEMENTS: &[&dyn Statement] = &[&PENDING, &ACKNOWLEDGE];

crate::table! {
    /// A mail to send. Its debug output hides the address and the text.
    pub struct Mail in "outbox" {
        /// Chosen by the service, and never used twice. The relay may see a mail twice and recognises the
        /// mail by its id.
        id: String,
        /// The recipient's address.
        recipient: Hidden,
        /// The subject line.
        subject: Hidden,
        /// The text.
        body: Hidden,
        /// When the mail was put into the outbox.
        created: Timestamp,
    }
}

/// A text that debug output does not show.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(pub String);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("hidden")
    }
}

impl Column for Hidden {
    type Raw = String;

    fn from_raw(raw: String) -> Option<Self> {
        Some(Hidden(raw))
    }

    fn to_raw(&self) -> String {
        self.0.clone()
    }
}

/// Puts a mail into the outbox, in the transaction of the change that the mail is about.
pub fn put(tx: &mut Tx, mail: &Mail) {
    tx.put(Change::insert(mail));
}

/// The oldest mails in the outbox: at most `count`, and at most [`MAILS_READ_MAX`].
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn pending(conn: &mut Connection, count: u32) -> Result<Vec<Mail>, Error> {
    Ok(PENDING.query().bind(i64::from(count.min(MAILS_READ_MAX))).fetch_all(conn).await?)
}

/// Erases a mail that the relay has acknowledged. Returns whether the mail was still stored.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn acknowledge(conn: &mut Connection, id: &str) -> Result<bool, Error> {
    Ok(sqlx::query(ACKNOWLEDGE).bind(id).execute(conn).await?.rows_affected() > 0)
}

#[cfg(test)]
mod tests {
    use super::{Hidden, Mail, acknowledge, pending, put};
    use crate::{Config, Store};
    use jiff::Timestamp;

    fn mail(id: &str, created: i64) -> Mail {
        let hidden = |text: &str| Hidden(text.to_owned());
        Mail {
            id: id.to_owned(),
            recipient: hidden("someone@contoso.example"),
            subject: hidden("Invitation"),
            body: hidden("the secret link 8f14e45f"),
            created: Timestamp::from_microsecond(created).unwrap(),
        }
    }

    #[tokio::test]
    async fn an_acknowledged_mail_is_gone_from_the_outbox_and_from_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let store = Store::open(Config::sqlite(&path), "test", &[]).await.unwrap();
        let mut tx = store.write();
        put(&mut tx, &mail("b", 1));
        put(&mut tx, &mail("a", 2));
        tx.commit().await.unwrap();
        assert_eq!(pending(store.read().await.unwrap().conn(), 1).await.unwrap(), [mail("b", 1)]);
        let mut tx = store.write();
        assert!(acknowledge(tx.conn().await.unwrap(), "a").await.unwrap());
        assert!(acknowledge(tx.conn().await.unwrap(), "b").await.unwrap());
        assert!(!acknowledge(tx.conn().await.unwrap(), "b").await.unwrap());
        tx.commit().await.unwrap();
        store.close().await.unwrap();
        let file = std::fs::read(&path).unwrap();
        assert!(!file.windows(8).any(|window| window == b"8f14e45f"));
    }

    #[test]
    fn debug_output_of_a_mail_hides_its_secrets() {
        assert_eq!(
            format!("{:?}", mail("a", 1)),
            "Mail { id: \"a\", recipient: hidden, subject: hidden, body: hidden, created: 1970-01-01T00:00:00.000001Z }"
        );
    }
}
