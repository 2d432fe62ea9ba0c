//! A connection that knows whether what it was asked last came to an end.
//!
//! A caller may go away in the middle of anything. What it leaves behind – a statement that the server is at work on, a
//! transaction that is open – would be met by whoever uses the connection next: reads of an earlier time, writes that
//! are never committed, rows that stay held. So every use leaves a mark before it is sent, and takes it back with its
//! end.

use crate::{Db, Row};
use sqlx::any::{AnyConnectOptions, AnyQueryResult, AnyStatement, AnyTypeInfo};
use sqlx::{AnyConnection, ConnectOptions as _, Connection as _, Either, Execute, Executor, SqlStr};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio_stream::Stream;

/// A connection that statements run on: what [`crate::Reader::conn`] and [`crate::Tx::conn`] hand out.
#[derive(Debug, Default)]
pub struct Connection {
    /// None in the place of one that was given away.
    driver: Option<AnyConnection>,
    /// Of its last statement, nobody heard the end, or it was an error.
    is_cut_short: bool,
    /// [`Connection::begin`] without the end of [`Connection::commit`].
    is_in_transaction: bool,
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

    /// Whether nothing is left behind.
    pub(crate) fn is_settled(&self) -> bool {
        !self.is_cut_short && !self.is_in_transaction
    }

    /// Takes back what was left behind, and makes sure that the other end lives.
    pub(crate) async fn settle(&mut self) -> Result<(), sqlx::Error> {
        if self.is_in_transaction {
            sqlx::raw_sql("ROLLBACK").execute(self.driver()?).await?;
        } else {
            self.driver()?.ping().await?;
        }
        (self.is_cut_short, self.is_in_transaction) = (false, false);
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
        Connection { driver: Some(driver), is_cut_short: false, is_in_transaction: false }
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
        self.is_cut_short = true;
        let Some(driver) = &mut self.driver else {
            return Box::pin(tokio_stream::once(Err(sqlx::Error::PoolClosed)));
        };
        let steps = driver.fetch_many(query);
        Box::pin(ToTheEnd { steps, is_cut_short: &mut self.is_cut_short, has_failed: false })
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> Answer<'e, Option<Row>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Db>,
    {
        self.is_cut_short = true;
        Box::pin(async move {
            let row = self.driver()?.fetch_optional(query).await?;
            self.is_cut_short = false;
            Ok(row)
        })
    }

    fn prepare_with<'e>(self, sql: SqlStr, parameters: &'e [AnyTypeInfo]) -> Answer<'e, AnyStatement>
    where
        'c: 'e,
    {
        self.is_cut_short = true;
        Box::pin(async move {
            let statement = self.driver()?.prepare_with(sql, parameters).await?;
            self.is_cut_short = false;
            Ok(statement)
        })
    }
}

/// The steps of a statement, which take the mark back when they end well.
struct ToTheEnd<'e> {
    steps: Steps<'e>,
    is_cut_short: &'e mut bool,
    has_failed: bool,
}

impl Stream for ToTheEnd<'_> {
    type Item = Step;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Step>> {
        let step = self.steps.as_mut().poll_next(context);
        match &step {
            Poll::Ready(Some(Err(_))) => self.has_failed = true,
            Poll::Ready(None) if !self.has_failed => *self.is_cut_short = false,
            _ => {}
        }
        step
    }
}
