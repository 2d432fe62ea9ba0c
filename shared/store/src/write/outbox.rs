//! Mail that waits for the relay. It may hold secrets (links, tokens): it is erased once handed over.

use crate::{Change, Connection, Error, Statement, Tx};
use sqlx::Row as _;
use std::fmt;

/// Mails that one read returns, at most.
pub const MAILS_READ_MAX: u32 = 100;

const PUT: &str = "INSERT INTO outbox (id, recipient, subject, body, created) VALUES ($1, $2, $3, $4, $5)";
const PENDING: &str =
    "SELECT id, recipient, subject, body, created FROM outbox ORDER BY created, id LIMIT $1";
const ACKNOWLEDGE: &str = "DELETE FROM outbox WHERE id = $1";

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&PUT, &PENDING, &ACKNOWLEDGE];

/// A mail to send. Its debug output hides the text.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Chosen by the caller, unique for ever: the relay may see a mail twice and tells by it.
    pub id: String,
    /// The recipient's address.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The text.
    pub body: String,
    /// When it was put, in microseconds UTC.
    pub created: i64,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("id", &self.id).field("created", &self.created).finish_non_exhaustive()
    }
}

/// Puts a mail into the outbox, with the write that it tells of.
pub fn put(tx: &mut Tx, mail: &Mail) {
    tx.put(
        Change::new(PUT)
            .bind(mail.id.as_str())
            .bind(mail.to.as_str())
            .bind(mail.subject.as_str())
            .bind(mail.body.as_str())
            .bind(mail.created),
    );
}

/// The oldest mails that wait, at most `count` and [`MAILS_READ_MAX`].
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn pending(conn: &mut Connection, count: u32) -> Result<Vec<Mail>, Error> {
    let rows = sqlx::query(PENDING).bind(i64::from(count.min(MAILS_READ_MAX))).fetch_all(conn).await?;
    rows.iter()
        .map(|row| {
            Ok(Mail {
                id: row.try_get("id")?,
                to: row.try_get("recipient")?,
                subject: row.try_get("subject")?,
                body: row.try_get("body")?,
                created: row.try_get("created")?,
            })
        })
        .collect()
}

/// Erases a mail that was handed over, and says whether it was still there.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn acknowledge(conn: &mut Connection, id: &str) -> Result<bool, Error> {
    Ok(sqlx::query(ACKNOWLEDGE).bind(id).execute(conn).await?.rows_affected() > 0)
}

#[cfg(test)]
mod tests {
    use super::{Mail, acknowledge, pending, put};
    use crate::{Config, Store};

    fn mail(id: &str, created: i64) -> Mail {
        let (to, subject) = ("someone@contoso.example".to_owned(), "Invitation".to_owned());
        Mail { id: id.to_owned(), to, subject, body: "the secret link 8f14e45f".to_owned(), created }
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
        assert_eq!(format!("{:?}", mail("a", 1)), "Mail { id: \"a\", created: 1, .. }");
    }
}
