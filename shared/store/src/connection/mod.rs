//! A connection that knows whether its last statement was answered and whether a transaction is open.
//!
//! A caller may be cancelled at any await, and leave behind a statement that the server still executes, or an
//! open transaction. The next user of the connection would then read an old snapshot, lose its writes because
//! they are never committed, or keep rows locked. So the connection is marked before each statement is sent,
//! and the mark is removed when the statement is answered.

pub(crate) mod pool;

use crate::{Db, Row};
use sqlx::any::{AnyConnectOptions, AnyQueryResult, AnyStatement, AnyTypeInfo};
use sqlx::{AnyConnection, ConnectOptions as _, Connection as _, Either, Execute, Executor, SqlStr};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Sleep;
use tokio_stream::Stream;

/// How long the server works on one statement. Set on every connection: when a client disappears silently,
/// its locks must not stay until the network notices, which may take hours.
pub const STATEMENT_WAIT_MAX: Duration = Duration::from_secs(30);

/// A connection to run statements on: [`crate::Reader::conn`] and [`crate::Tx::conn`] return it.
#[derive(Debug, Default)]
pub struct Connection {
    /// `None` in the placeholder that is left where a connection was taken out.
    driver: Option<AnyConnection>,
    last: Last,
    /// Set by [`Connection::begin`], cleared by [`Connection::commit`].
    is_in_transaction: bool,
    /// How long to wait for an answer; `None` means without limit.
    answer_wait_max: Option<Duration>,
}

/// The outcome of the last statement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    /// The statement was answered.
    #[default]
    Answered,
    /// The answer was not awaited, or was an error: the connection may still be good.
    Open,
    /// The connection broke, or the server does not answer.
    Lost,
}

impl Last {
    fn failed(error: &sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::Io(_)) { Last::Lost } else { Last::Open }
    }
}

impl Connection {
    pub(crate) async fn open(options: &AnyConnectOptions) -> Result<Self, sqlx::Error> {
        Ok(options.connect().await?.into())
    }

    /// Begins a transaction with the statement `how`.
    pub(crate) async fn begin(&mut self, how: &'static str) -> Result<(), sqlx::Error> {
        self.is_in_transaction = true;
        sqlx::raw_sql(how).execute(self).await.map(drop)
    }

    pub(crate) async fn commit(&mut self) -> Result<(), sqlx::Error> {
        sqlx::raw_sql("COMMIT").execute(&mut *self).await?;
        self.is_in_transaction = false;
        Ok(())
    }

    /// Limits the wait for every later answer.
    pub(crate) fn with_answer_wait_max(mut self, wait: Option<Duration>) -> Self {
        self.answer_wait_max = wait;
        self
    }

    /// Whether the last statement succeeded and no transaction is open.
    pub(crate) fn is_clean(&self) -> bool {
        self.last == Last::Answered && !self.is_in_transaction
    }

    /// Whether the connection can no longer be used.
    pub(crate) fn is_lost(&self) -> bool {
        self.last == Last::Lost || self.driver.is_none()
    }

    /// Rolls back an open transaction, or pings the server when there is none. Waits as long as a statement
    /// that is still running may take.
    pub(crate) async fn reset(&mut self) -> Result<(), sqlx::Error> {
        let is_in_transaction = self.is_in_transaction;
        let driver = self.driver()?;
        in_time(Some(STATEMENT_WAIT_MAX), async {
            match is_in_transaction {
                true => sqlx::raw_sql("ROLLBACK").execute(driver).await.map(drop),
                false => driver.ping().await,
            }
        })
        .await?;
        (self.last, self.is_in_transaction) = (Last::Answered, false);
        Ok(())
    }

    pub(crate) async fn close(self) -> Result<(), sqlx::Error> {
        match self.driver {
            Some(driver) => driver.close().await,
            None => Ok(()),
        }
    }

    fn driver(&mut self) -> Result<&mut AnyConnection, sqlx::Error> {
        self.driver.as_mut().ok_or(sqlx::Error::PoolClosed)
    }
}

impl From<AnyConnection> for Connection {
    fn from(driver: AnyConnection) -> Self {
        Connection { driver: Some(driver), ..Connection::default() }
    }
}

/// A part of the answer to a statement: a row, or the number of affected rows.
type Step = Result<Either<AnyQueryResult, Row>, sqlx::Error>;
type Steps<'e> = Pin<Box<dyn Stream<Item = Step> + Send + 'e>>;
type Answer<'e, T> = Pin<Box<dyn Future<Output = Result<T, sqlx::Error>> + Send + 'e>>;

impl<'c> Executor<'c> for &'c mut Connection {
    type Database = Db;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> Steps<'e>
    where
        'c: 'e,
        E: 'q + Execute<'q, Db>,
    {
        self.last = Last::Open;
        let Some(driver) = &mut self.driver else {
            return Box::pin(tokio_stream::once(Err(sqlx::Error::PoolClosed)));
        };
        let silence = self.answer_wait_max.map(|wait| Box::pin(tokio::time::sleep(wait)));
        Box::pin(ToTheEnd { steps: driver.fetch_many(query), last: &mut self.last, failed: None, silence })
    }

    /// The first row counts as the answer: sqlx reads the rest of the answer before the next statement.
    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> Answer<'e, Option<Row>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Db>,
    {
        self.last = Last::Open;
        Box::pin(async move {
            let (wait, driver) = (self.answer_wait_max, self.driver()?);
            let answer = in_time(wait, driver.fetch_optional(query)).await;
            self.last = answer.as_ref().map_or_else(Last::failed, |_| Last::Answered);
            answer
        })
    }

    fn prepare_with<'e>(self, sql: SqlStr, parameters: &'e [AnyTypeInfo]) -> Answer<'e, AnyStatement>
    where
        'c: 'e,
    {
        self.last = Last::Open;
        Box::pin(async move {
            let (wait, driver) = (self.answer_wait_max, self.driver()?);
            let answer = in_time(wait, driver.prepare_with(sql, parameters)).await;
            self.last = answer.as_ref().map_or_else(Last::failed, |_| Last::Answered);
            answer
        })
    }
}

async fn in_time<T>(
    wait: Option<Duration>,
    answer: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    match wait {
        Some(wait) => tokio::time::timeout(wait, answer).await.unwrap_or_else(|_| Err(silent())),
        None => answer.await,
    }
}

/// The error for a silent server, equal to the error for a network timeout.
fn silent() -> sqlx::Error {
    sqlx::Error::Io(io::ErrorKind::TimedOut.into())
}

/// The answer to a statement, part by part. The last part records the outcome in `last`.
struct ToTheEnd<'e> {
    steps: Steps<'e>,
    last: &'e mut Last,
    failed: Option<Last>,
    /// Timer for the whole answer: when it ends, the answer took too long.
    silence: Option<Pin<Box<Sleep>>>,
}

impl Stream for ToTheEnd<'_> {
    type Item = Step;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Step>> {
        let step = match self.steps.as_mut().poll_next(context) {
            Poll::Pending => {
                let is_silent =
                    self.silence.as_mut().is_some_and(|silence| silence.as_mut().poll(context).is_ready());
                if !is_silent {
                    return Poll::Pending;
                }
                self.silence = None;
                Some(Err(silent()))
            }
            Poll::Ready(step) => step,
        };
        match &step {
            Some(Err(error)) => {
                let failed = Last::failed(error);
                (self.failed, *self.last) = (Some(failed), failed);
            }
            None => *self.last = self.failed.unwrap_or(Last::Answered),
            Some(Ok(_)) => {}
        }
        Poll::Ready(step)
    }
}
