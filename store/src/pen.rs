//! The connection that writes, in a task of its own: what it is given is written while the writer works on.

use crate::db::{self, Arg, Conn};
use crate::error::{Error, Result};
use crate::sql::Many;
use tokio::sync::{mpsc, oneshot};

/// A transaction of at most so many rows is one message to the database's thread, when all of it is there.
const SMALL: usize = 64;

/// Something to be written.
#[derive(Debug)]
pub(crate) enum Put {
    /// Rows of a many-row statement.
    Rows(&'static Many, Vec<Arg>),
    /// Likewise, and each row must be touched: one that is not was changed by somebody else.
    Every(&'static Many, Vec<Arg>),
    /// A plain statement.
    Plain(&'static str, Vec<Arg>),
}

enum Order {
    Put(Put),
    Commit(oneshot::Sender<Result<u64>>),
    Abandon,
    Close(oneshot::Sender<()>),
}

/// The writer's end.
#[derive(Debug)]
pub(crate) struct Pen {
    orders: mpsc::UnboundedSender<Order>,
}

/// A transaction on its way.
#[derive(Debug)]
pub(crate) struct Written(oneshot::Receiver<Result<u64>>);

impl Written {
    /// Waits until it is durable; how many rows it touched.
    ///
    /// # Errors
    /// What went wrong with any of it; then none of it is written.
    pub(crate) async fn wait(self) -> Result<u64> {
        self.0.await.map_err(|_| Error::Closed)?
    }
}

impl Pen {
    /// Takes the connection into a task.
    pub(crate) fn new(conn: Conn) -> Self {
        let (orders, receiver) = mpsc::unbounded_channel();
        let scribe = Scribe { conn, orders: receiver, begun: false, failed: None, touched: 0 };
        tokio::spawn(scribe.run());
        Self { orders }
    }

    /// Adds to the transaction, and begins it with the first.
    pub(crate) fn put(&self, put: Put) {
        let empty = matches!(&put, Put::Rows(_, args) | Put::Every(_, args) if args.is_empty());
        if !empty {
            // A task that is gone says so at the commit.
            drop(self.orders.send(Order::Put(put)));
        }
    }

    /// Ends the transaction.
    pub(crate) fn commit(&self) -> Written {
        let (reply, answer) = oneshot::channel();
        drop(self.orders.send(Order::Commit(reply)));
        Written(answer)
    }

    /// Takes back what was put since the last commit.
    pub(crate) fn abandon(&self) {
        drop(self.orders.send(Order::Abandon));
    }

    /// Closes the connection in order.
    pub(crate) async fn close(self) {
        let (reply, answer) = oneshot::channel();
        drop(self.orders.send(Order::Close(reply)));
        // An error here means that it is gone already.
        drop(answer.await);
    }
}

struct Scribe {
    conn: Conn,
    orders: mpsc::UnboundedReceiver<Order>,
    /// Whether a transaction is open.
    begun: bool,
    /// What went wrong in this transaction.
    failed: Option<Error>,
    touched: u64,
}

impl Scribe {
    async fn run(mut self) {
        let mut next = None;
        loop {
            let Some(order) = (if next.is_some() { next.take() } else { self.orders.recv().await }) else {
                break;
            };
            match order {
                Order::Put(put) => next = self.puts(put).await,
                Order::Commit(reply) => drop(reply.send(self.commit().await)),
                Order::Abandon => self.forget().await,
                Order::Close(reply) => {
                    if let Err(error) = db::close(self.conn).await {
                        tracing::warn!(%error, "the database was not closed in order");
                    }
                    // Whoever asked may be gone.
                    reply.send(()).unwrap_or_default();
                    return;
                }
            }
        }
    }

    /// Writes this and what else is there of the transaction; the order after it.
    async fn puts(&mut self, first: Put) -> Option<Order> {
        let mut all = vec![first];
        let mut next = None;
        while let Ok(order) = self.orders.try_recv() {
            match order {
                Order::Put(put) => all.push(put),
                other => {
                    next = Some(other);
                    break;
                }
            }
        }
        if self.failed.is_some() {
            return next;
        }
        if !self.begun
            && let Some(Order::Commit(reply)) = next
        {
            let result = match at_once(all) {
                Ok(groups) => db::write_at_once(&mut self.conn, groups).await,
                Err(all) => match self.write(all).await {
                    Ok(()) => self.commit().await,
                    Err(error) => Err(error),
                },
            };
            if result.is_err() {
                self.forget().await;
            }
            drop(reply.send(result));
            return None;
        }
        if let Err(error) = self.write(all).await {
            self.failed = Some(error);
        }
        next
    }

    async fn write(&mut self, all: Vec<Put>) -> Result<()> {
        if !self.begun {
            db::begin(&mut self.conn).await?;
            self.begun = true;
        }
        for put in all {
            self.touched += match put {
                Put::Rows(many, args) => db::write_many(&mut self.conn, many, args).await?,
                Put::Every(many, args) => {
                    let expected = u64::try_from(args.len() / many.width().max(1)).unwrap_or(0);
                    let touched = db::write_many(&mut self.conn, many, args).await?;
                    if touched != expected {
                        return Err(Error::Stale);
                    }
                    touched
                }
                Put::Plain(text, args) => db::write(&mut self.conn, text, args).await?,
            };
        }
        Ok(())
    }

    async fn commit(&mut self) -> Result<u64> {
        let result = match self.failed.take() {
            Some(error) => Err(error),
            None if self.begun => db::commit(&mut self.conn).await,
            None => Ok(()),
        };
        let touched = self.touched;
        if result.is_err() {
            self.forget().await;
        }
        (self.begun, self.touched) = (false, 0);
        result.map(|()| touched)
    }

    async fn forget(&mut self) {
        db::rollback(&mut self.conn).await;
        (self.begun, self.failed, self.touched) = (false, None, 0);
    }
}

/// The groups of a small transaction of plain rows; else all as it was.
fn at_once(all: Vec<Put>) -> std::result::Result<Vec<(&'static Many, Vec<Arg>)>, Vec<Put>> {
    let rows = |put: &Put| match put {
        Put::Rows(many, args) => args.len() / many.width().max(1),
        Put::Every(..) | Put::Plain(..) => usize::MAX,
    };
    if all.iter().map(rows).fold(0, usize::saturating_add) > SMALL {
        return Err(all);
    }
    let group = |put| if let Put::Rows(many, args) = put { Some((many, args)) } else { None };
    Ok(all.into_iter().filter_map(group).collect())
}
