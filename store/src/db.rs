//! The driver behind a few verbs: the only file that says which database it is.

use crate::error::{Error, Result};
use crate::sql::{CHUNKS, Many};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _, SqlSafeStr as _, SqliteConnection,
};
use std::borrow::Cow;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

/// Pages that the log may be ahead of the database (256 MiB). Only when it is, in a flood without end, the writer folds it back
/// itself: it is the only one that can do so to the last page, after which the log begins anew.
const AHEAD: &str = "65536";

/// A connection of its own.
pub(crate) type Conn = SqliteConnection;
/// Connections that only read.
pub(crate) type Readers = SqlitePool;
/// A row of an answer.
pub(crate) type Row = SqliteRow;

/// A value of a placeholder.
#[derive(Clone, Debug)]
pub(crate) enum Arg {
    Int(i64),
    Text(Arc<str>),
    /// One that the program itself says.
    Word(&'static str),
    Owned(String),
    Null,
}

impl From<i64> for Arg {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}
impl From<Option<i64>> for Arg {
    fn from(n: Option<i64>) -> Self {
        n.map_or(Self::Null, Self::Int)
    }
}
impl From<Arc<str>> for Arg {
    fn from(t: Arc<str>) -> Self {
        Self::Text(t)
    }
}
impl From<&Arc<str>> for Arg {
    fn from(t: &Arc<str>) -> Self {
        Self::Text(t.clone())
    }
}
impl From<&str> for Arg {
    fn from(t: &str) -> Self {
        Self::Owned(t.to_owned())
    }
}
impl From<String> for Arg {
    fn from(t: String) -> Self {
        Self::Owned(t)
    }
}
impl From<Option<String>> for Arg {
    fn from(t: Option<String>) -> Self {
        t.map_or(Self::Null, Self::Owned)
    }
}
impl From<Option<Arc<str>>> for Arg {
    fn from(t: Option<Arc<str>>) -> Self {
        t.map_or(Self::Null, Self::Text)
    }
}

fn arguments(args: Vec<Arg>) -> Result<SqliteArguments> {
    use sqlx::Arguments as _;
    let mut out = SqliteArguments::default();
    out.reserve(args.len(), 0);
    for arg in args {
        match arg {
            Arg::Int(n) => out.add(n),
            Arg::Text(t) => out.add(t),
            Arg::Word(t) => out.add(t),
            Arg::Owned(t) => out.add(t),
            Arg::Null => out.add(Option::<i64>::None),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(out)
}

/// Opens the connection that writes, brings the schema up to date, and opens the one by which the writer reads, and the readers.
///
/// # Errors
/// When the address is none, the file cannot be opened, or a migration fails.
pub(crate) async fn open(url: &str, readers: u32) -> Result<(Conn, Conn, Readers)> {
    if !url.starts_with("sqlite:") {
        return Err(Error::Address(url.to_owned()));
    }
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|_| Error::Address(url.to_owned()))?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
        .statement_cache_capacity(256)
        .disable_statement_logging()
        .pragma("temp_store", "memory");
    let writing = options.clone().pragma("cache_size", "-32768").pragma("wal_autocheckpoint", AHEAD);
    let mut conn = Conn::connect_with(&writing).await?;
    let migrations = crate::schema::MIGRATIONS
        .iter()
        .map(|(version, name, text)| {
            let kind = MigrationType::Simple;
            Migration::new(*version, Cow::Borrowed(*name), kind, (*text).into_sql_str(), false)
        })
        .collect();
    Migrator::with_migrations(migrations).run_direct(None, &mut conn, false).await?;
    let looking = options.clone().pragma("query_only", "on").pragma("cache_size", "-16384");
    let look = Conn::connect_with(&looking).await?;
    let reading = options.pragma("query_only", "on").pragma("cache_size", "-8192");
    let pool = SqlitePoolOptions::new()
        .max_connections(readers)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(reading)
        .await?;
    Ok((conn, look, pool))
}

/// Opens a connection that only folds the log back.
///
/// # Errors
/// As [`open`].
pub(crate) async fn open_beside(url: &str) -> Result<Conn> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|_| Error::Address(url.to_owned()))?
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging();
    Ok(Conn::connect_with(&options).await?)
}

/// Folds the log back as far as no reader needs it, without waiting for anybody.
pub(crate) async fn checkpoint(conn: &mut Conn) -> Result<()> {
    sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(conn).await?;
    Ok(())
}

/// Begins a transaction that writes; `IMMEDIATE`, because one that reads first and writes later fails at once under another writer.
pub(crate) async fn begin(conn: &mut Conn) -> Result<()> {
    sqlx::query("BEGIN IMMEDIATE").execute(conn).await?;
    Ok(())
}

/// Makes it durable.
pub(crate) async fn commit(conn: &mut Conn) -> Result<()> {
    sqlx::query("COMMIT").execute(conn).await?;
    Ok(())
}

/// Runs many-row statements in a transaction of their own, all in one message to the database's thread: each message costs
/// more than the rows of a small batch. How many rows it touched.
pub(crate) async fn write_at_once(conn: &mut Conn, groups: Vec<(&Many, Vec<Arg>)>) -> Result<u64> {
    let mut text = String::from("BEGIN IMMEDIATE;\n");
    let mut all = Vec::with_capacity(groups.iter().map(|(_, args)| args.len()).sum());
    for (many, args) in groups {
        for rows in sizes(args.len() / many.width().max(1)) {
            text.push_str(&many.text(rows).0);
            text.push_str(";\n");
        }
        all.extend(args);
    }
    text.push_str("COMMIT");
    Ok(sqlx::query_with(AssertSqlSafe(text), arguments(all)?).execute(conn).await?.rows_affected())
}

/// Takes it back; an error here means that there is no transaction any more.
pub(crate) async fn rollback(conn: &mut Conn) {
    if let Err(error) = sqlx::query("ROLLBACK").execute(conn).await {
        tracing::debug!(%error, "nothing to roll back");
    }
}

/// Closes the writer's connection in order.
pub(crate) async fn close(conn: Conn) -> Result<()> {
    Ok(conn.close().await?)
}

/// Runs a many-row statement over all groups of arguments; how many rows it touched.
pub(crate) async fn write_many(conn: &mut Conn, many: &Many, args: Vec<Arg>) -> Result<u64> {
    let mut touched = 0;
    for (rows, group) in chunks(many.width(), args) {
        let done = sqlx::query_with(many.text(rows), arguments(group)?).execute(&mut *conn).await?;
        touched += done.rows_affected();
    }
    Ok(touched)
}

/// Reads with a many-row statement over all groups of arguments. The last group is repeated up to the next size there is a
/// statement of: a question asked twice has the same answer.
pub(crate) async fn read_many(conn: &mut Conn, many: &Many, mut args: Vec<Arg>) -> Result<Vec<Row>> {
    let (width, most) = (many.width().max(1), CHUNKS.iter().copied().max().unwrap_or(1));
    let mut out = Vec::new();
    while !args.is_empty() {
        let rest = args.split_off(args.len().min(most * width));
        let rows = args.len() / width;
        let size = CHUNKS.iter().copied().filter(|size| *size >= rows).min().unwrap_or(rows);
        let last: Vec<Arg> = args.get(args.len() - width..).unwrap_or_default().to_vec();
        for _ in rows..size {
            args.extend(last.iter().cloned());
        }
        out.extend(sqlx::query_with(many.text(size), arguments(args)?).fetch_all(&mut *conn).await?);
        args = rest;
    }
    Ok(out)
}

/// Likewise with any reader.
pub(crate) async fn read_many_of(pool: &Readers, many: &Many, args: Vec<Arg>) -> Result<Vec<Row>> {
    let mut conn = pool.acquire().await?;
    read_many(&mut conn, many, args).await
}

/// How a number of rows is made up of those there are statements of.
fn sizes(mut left: usize) -> impl Iterator<Item = usize> {
    CHUNKS.into_iter().flat_map(move |size| {
        let times = left / size;
        left %= size;
        std::iter::repeat_n(size, times)
    })
}

fn chunks(width: usize, args: Vec<Arg>) -> impl Iterator<Item = (usize, Vec<Arg>)> {
    let rows = args.len() / width.max(1);
    let mut args = args.into_iter();
    sizes(rows).map(move |size| (size, args.by_ref().take(size * width).collect()))
}

/// Runs a plain statement; how many rows it touched.
pub(crate) async fn write(conn: &mut Conn, text: &'static str, args: Vec<Arg>) -> Result<u64> {
    Ok(sqlx::query_with(text, arguments(args)?).execute(conn).await?.rows_affected())
}

/// Reads with the writer's connection.
pub(crate) async fn read_own(conn: &mut Conn, text: &'static str, args: Vec<Arg>) -> Result<Vec<Row>> {
    Ok(sqlx::query_with(text, arguments(args)?).fetch_all(conn).await?)
}

/// Reads with any reader.
pub(crate) async fn read(pool: &Readers, text: &'static str, args: Vec<Arg>) -> Result<Vec<Row>> {
    Ok(sqlx::query_with(text, arguments(args)?).fetch_all(pool).await?)
}

/// Reads with any reader a text that [`crate::filter`] has put together.
pub(crate) async fn read_made(pool: &Readers, text: String, args: Vec<Arg>) -> Result<Vec<Row>> {
    Ok(sqlx::query_with(AssertSqlSafe(text), arguments(args)?).fetch_all(pool).await?)
}

/// A whole number of a row.
pub(crate) fn int(row: &Row, at: usize) -> Result<i64> {
    Ok(row.try_get(at)?)
}
/// A whole number or NULL.
pub(crate) fn maybe_int(row: &Row, at: usize) -> Result<Option<i64>> {
    Ok(row.try_get(at)?)
}
/// A text of a row.
pub(crate) fn text(row: &Row, at: usize) -> Result<String> {
    Ok(row.try_get(at)?)
}
/// A text or NULL.
pub(crate) fn maybe_text(row: &Row, at: usize) -> Result<Option<String>> {
    Ok(row.try_get(at)?)
}
/// A text where it stands.
pub(crate) fn str(row: &Row, at: usize) -> Result<&str> {
    Ok(row.try_get(at)?)
}
/// Likewise, or NULL.
pub(crate) fn maybe_str(row: &Row, at: usize) -> Result<Option<&str>> {
    Ok(row.try_get(at)?)
}
/// A text that is shared.
pub(crate) fn shared(row: &Row, at: usize) -> Result<Arc<str>> {
    Ok(Arc::from(row.try_get::<&str, _>(at)?))
}

/// The database's own version.
pub(crate) async fn version(pool: &Readers) -> Result<String> {
    Ok(sqlx::query_scalar("SELECT sqlite_version()").fetch_one(pool).await?)
}

/// Only prepares a statement.
#[cfg(test)]
pub(crate) async fn prepare(conn: &mut Conn, text: String) -> Result<()> {
    use sqlx::Executor as _;
    conn.prepare(AssertSqlSafe(text).into_sql_str()).await?;
    Ok(())
}

/// How the database would run a statement.
#[cfg(test)]
pub(crate) async fn plan(conn: &mut Conn, text: String) -> Result<String> {
    let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}"))).fetch_all(conn).await?;
    rows.iter().map(|row| text_at(row, 3)).collect::<Result<Vec<_>>>().map(|lines| lines.join("\n"))
}

#[cfg(test)]
fn text_at(row: &Row, at: usize) -> Result<String> {
    text(row, at)
}
