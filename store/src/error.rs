//! What can go wrong, grouped by what the caller can do about it.

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The queue is full: nothing was taken; send again later.
    #[error("the queue is full")]
    Busy,
    /// The writer has ended: nothing more is taken until a restart.
    #[error("the store is closed")]
    Closed,
    /// The address of the database is not one this store can open.
    #[error("not a database address: {0}")]
    Address(String),
    /// The database refused.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("schema: {0}")]
    Schema(#[from] sqlx::migrate::MigrateError),
    /// A stored text is not what was written there.
    #[error("stored {what} cannot be read: {why}")]
    Stored {
        /// Which text.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// A cursor that this store did not give out.
    #[error("not a cursor")]
    Cursor,
    /// A row was changed by somebody else since it was read.
    #[error("a track was changed by another writer")]
    Stale,
    /// The engine failed on an event; the event goes to quarantine.
    #[error("the engine failed: {0}")]
    Engine(String),
}

/// What most functions here return.
pub type Result<T> = std::result::Result<T, Error>;
