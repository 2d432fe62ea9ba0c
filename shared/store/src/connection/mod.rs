//! A connection that knows whether its last statement was answered.
//!
//! A caller may go away in the middle of anything. What it leaves behind, a statement that the server is at work on or an
//! open transaction, would be met by whoever uses the connection next: reads of an earlier time, writes that are never
//! committed, rows that stay held. So every use marks the connection before it is sent, and its end takes the mark back.

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

/// How long the server works on one statement. Every connection is told so, because a client that goes away without a
/// word must not keep its locks until the network notices, which may be hours.
pub const STATEMENT_WAIT_MAX: Duration = Duration::from_secs(30);

/// A connection that statements run on: what [`crate::Reader::conn`] and [`crate::Tx::conn`] hand out.
#[derive(Debug, Default)]
pub struct Connection {
    /// None in the place of one that was given away.
    driver: Option<AnyConnection>,
    last: Last,
    /// [`Connection::begin`] without the end of [`Connection::commit`].
    is_in_transaction: bool,
    /// How long an answer is waited for, if not for ever.
    answer_wait_max: Option<Duration>,
}

/// What came of the last statement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    /// It was answered.
    #[default]
    Answered,
    /// Its answer was not waited for, or was an error: the connection may be good.
    Open,
    /// The connection broke, or the other end is silent.
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

    /// The same, with a bound on every answer from now on.
    pub(crate) fn with_answer_wait_max(mut self, wait: Option<Duration>) -> Self {
        self.answer_wait_max = wait;
        self
    }

    /// Whether a borrower left nothing behind.
    pub(crate) fn is_clean(&self) -> bool {
        self.last == Last::Answered && !self.is_in_transaction
    }

    /// Whether it is of no use any more.
    pub(crate) fn is_lost(&self) -> bool {
        self.last == Last::Lost || self.driver.is_none()
    }

    /// Rolls back what was left behind, and makes sure that the server lives. It waits as long as a statement that was left
    /// behind may take.
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

/// What a statement says, step by step.
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

    /// The row is the answer: what the server says after it, sqlx reads before the next statement.
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

/// As the network would say it, if it noticed.
fn silent() -> sqlx::Error {
    sqlx::Error::Io(io::ErrorKind::TimedOut.into())
}

/// The steps of a statement, which say what came of it.
struct ToTheEnd<'e> {
    steps: Steps<'e>,
    last: &'e mut Last,
    failed: Option<Last>,
    /// Over, when the answer as a whole takes too long.
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
