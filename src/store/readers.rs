//! The connections that content is read over.
//!
//! A pool of `sqlx` asks every connection that comes back whether it is still there. For a file in the
//! same process that is a second trip to another thread, as dear as most of what is asked. So the few
//! connections there are lie here, and the first that is free is taken, which keeps its cache warm.
//! One over which a question failed is not used again. Where nobody waits for an answer any more, the
//! next question waits behind it, so that there are never more than were allowed.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, TryStreamExt as _};
use sqlx::sqlite::{
    Sqlite, SqliteConnectOptions, SqliteConnection, SqliteQueryResult, SqliteRow, SqliteStatement,
    SqliteTypeInfo,
};
use sqlx::{ConnectOptions as _, Connection as _, Describe, Either, Execute, Executor, SqlStr};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard, Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::READER_PATIENCE;

/// A few connections, opened when they are needed. Cheap to clone; queries run on it.
#[derive(Clone, Debug)]
pub(super) struct Readers(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: SqliteConnectOptions,
    connections: Vec<Mutex<Option<SqliteConnection>>>,
    /// As many as there are connections: who has one finds a connection free.
    places: Semaphore,
}

/// A connection that nobody else uses meanwhile, if it is open.
struct Held<'r> {
    connection: MutexGuard<'r, Option<SqliteConnection>>,
    // Given up last, so that whoever takes it finds the connection free.
    place: SemaphorePermit<'r>,
}

/// An open connection that nobody else uses meanwhile.
pub(super) struct Reader<'r> {
    connection: MappedMutexGuard<'r, SqliteConnection>,
    _place: SemaphorePermit<'r>,
}

impl Readers {
    /// At most so many connections, the first of them open.
    pub(super) async fn open(
        options: SqliteConnectOptions,
        most: usize,
    ) -> Result<Self, sqlx::Error> {
        let first = options.connect().await?;
        let mut connections = vec![Mutex::new(Some(first))];
        connections.resize_with(most.max(1), || Mutex::new(None));
        let places = Semaphore::new(connections.len());
        Ok(Self(Arc::new(Inner { options, connections, places })))
    }

    /// A connection for several questions.
    pub(super) async fn acquire(&self) -> Result<Reader<'_>, sqlx::Error> {
        let mut held = self.hold().await?;
        self.connected(&mut held).await?;
        let Held { connection, place } = held;
        let connection = MutexGuard::try_map(connection, Option::as_mut);
        let connection = connection.map_err(|_| sqlx::Error::PoolClosed)?;
        Ok(Reader { connection, _place: place })
    }

    /// Lets nobody ask any more, waits for who did, and closes all connections.
    pub(super) async fn close(&self) {
        self.0.places.close();
        for connection in &self.0.connections {
            let Some(connection) = connection.lock().await.take() else { continue };
            if let Err(error) = connection.close().await {
                tracing::warn!("a connection to the database did not close: {error}");
            }
        }
    }

    async fn hold(&self) -> Result<Held<'_>, sqlx::Error> {
        let places = &self.0.places;
        let place = match places.try_acquire() {
            Ok(place) => place,
            Err(_) => timeout(READER_PATIENCE, places.acquire())
                .await
                .map_err(|_| sqlx::Error::PoolTimedOut)?
                .map_err(|_| sqlx::Error::PoolClosed)?,
        };
        let free = self.0.connections.iter().find_map(|connection| connection.try_lock().ok());
        Ok(Held { connection: free.ok_or(sqlx::Error::PoolClosed)?, place })
    }

    async fn connected<'h>(
        &self,
        held: &'h mut Held<'_>,
    ) -> Result<&'h mut SqliteConnection, sqlx::Error> {
        if held.connection.is_none() {
            *held.connection = Some(self.0.options.connect().await?);
        }
        held.connection.as_mut().ok_or(sqlx::Error::PoolClosed)
    }
}

impl<'r> Executor<'r> for &'r Readers {
    type Database = Sqlite;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<SqliteQueryResult, SqliteRow>, sqlx::Error>>
    where
        'r: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        let all = async move {
            let mut held = self.hold().await?;
            let connection = self.connected(&mut held).await?;
            let all: Result<Vec<_>, _> = connection.fetch_many(query).try_collect().await;
            Ok::<_, sqlx::Error>(stream::iter(held.judge(all)?.into_iter().map(Ok)))
        };
        Box::pin(stream::once(all).try_flatten())
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<SqliteRow>, sqlx::Error>>
    where
        'r: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        Box::pin(async move {
            let mut held = self.hold().await?;
            let row = self.connected(&mut held).await?.fetch_optional(query).await;
            held.judge(row)
        })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [SqliteTypeInfo],
    ) -> BoxFuture<'e, Result<SqliteStatement, sqlx::Error>>
    where
        'r: 'e,
    {
        Box::pin(async move {
            let mut held = self.hold().await?;
            let statement = self.connected(&mut held).await?.prepare_with(sql, parameters).await;
            held.judge(statement)
        })
    }

    // Asked for by the trait where `sqlx` has its macros; nothing here calls it.
    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Sqlite>, sqlx::Error>>
    where
        'r: 'e,
    {
        Box::pin(async move { self.acquire().await?.describe(sql).await })
    }
}

impl Held<'_> {
    /// Passes an answer on, and lets go of a connection over which there was none.
    fn judge<T>(mut self, answer: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        if answer.is_err() {
            *self.connection = None;
        }
        answer
    }
}

impl Deref for Reader<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl DerefMut for Reader<'_> {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At most so many connections to a database with one table of two rows.
    async fn readers(folder: &tempfile::TempDir, most: usize) -> Readers {
        let options = SqliteConnectOptions::new().filename(folder.path().join("a.db"));
        let options = options.create_if_missing(true);
        let mut connection = options.connect().await.unwrap();
        for statement in ["CREATE TABLE numbers (number)", "INSERT INTO numbers VALUES (1), (2)"] {
            sqlx::query(statement).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();
        Readers::open(options.read_only(true), most).await.unwrap()
    }

    async fn sum(readers: &Readers) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("SELECT sum(number) FROM numbers").fetch_one(readers).await
    }

    #[tokio::test]
    async fn who_finds_no_connection_free_waits_for_one() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder, 2).await;
        let (first, second) = (readers.acquire().await.unwrap(), readers.acquire().await.unwrap());
        let waiting = tokio::spawn({
            let readers = readers.clone();
            async move { sum(&readers).await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(first);
        assert_eq!(waiting.await.unwrap().unwrap(), 3);
        drop(second);
        let all: Vec<i64> = sqlx::query_scalar("SELECT number FROM numbers ORDER BY number")
            .fetch_all(&readers)
            .await
            .unwrap();
        assert_eq!(all, [1, 2]);
    }

    #[tokio::test]
    async fn a_question_that_failed_or_was_given_up_is_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder, 1).await;
        let nonsense = sqlx::query("SELECT nothing FROM numbers");
        assert!(readers.fetch_optional(nonsense).await.is_err());
        assert_eq!(sum(&readers).await.unwrap(), 3);
        // A million rows, and nobody waits until they are counted.
        let long = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT 1000000) \
                    SELECT sum(n) FROM n";
        tokio::select! {
            biased;
            _ = readers.fetch_optional(sqlx::query(long)) => panic!("it was there at once"),
            () = tokio::task::yield_now() => {}
        }
        assert_eq!(sum(&readers).await.unwrap(), 3);
    }

    #[tokio::test]
    async fn what_is_closed_answers_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder, 2).await;
        let reader = readers.acquire().await.unwrap();
        let closing = tokio::spawn({
            let readers = readers.clone();
            async move { readers.close().await }
        });
        tokio::task::yield_now().await;
        assert!(!closing.is_finished());
        drop(reader);
        closing.await.unwrap();
        assert!(matches!(sum(&readers).await, Err(sqlx::Error::PoolClosed)));
    }
}
