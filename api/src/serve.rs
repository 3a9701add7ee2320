//! The listener: an accept loop of our own, because axum's leaves half-sent requests open for as long as the sender likes.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower_http::timeout::RequestBodyTimeoutLayer;

/// How long and how much a client may keep us waiting.
#[derive(Copy, Clone, Debug)]
pub struct Limits {
    /// From the first byte of a request to the end of its headers; also how long a connection may lie idle.
    pub headers: Duration,
    /// Between two pieces of a body.
    pub body_idle: Duration,
    /// Connections open at one time; further ones wait to be accepted.
    pub connections: usize,
    /// How long requests at work may go on after a shutdown was asked for.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            headers: Duration::from_secs(10),
            body_idle: Duration::from_secs(30),
            connections: 4096,
            drain: Duration::from_secs(30),
        }
    }
}

/// [`serve_within`] the default limits.
///
/// # Errors
/// As [`serve_within`].
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    serve_within(Limits::default(), listener, router, shutdown).await
}

/// Answers requests on `listener` until `shutdown` resolves, then lets those at work finish.
///
/// # Errors
/// When the listener itself has no address any more. Failures of single connections end these alone.
pub async fn serve_within(
    limits: Limits,
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    listener.local_addr()?;
    let router = router.layer(RequestBodyTimeoutLayer::new(limits.body_idle));
    let slots = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.headers).max_headers(100);
    let mut shutdown = pin!(shutdown);
    loop {
        let next = async {
            let slot = slots.clone().acquire_owned().await.ok()?;
            match listener.accept().await {
                Ok((socket, _)) => Some((socket, slot)),
                Err(error) => {
                    // Out of file descriptors, or the client is gone already: neither must end the server.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    None
                }
            }
        };
        let (socket, slot) = tokio::select! {
            next = next => match next { Some(next) => next, None => continue },
            () = &mut shutdown => break,
        };
        // Small answers must not wait for the next packet; without it they are late, not wrong.
        let _ = socket.set_nodelay(true);
        let connection =
            http.serve_connection(TokioIo::new(socket), TowerToHyperService::new(router.clone()));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(slot);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(limits.drain) => tracing::warn!("requests were still at work when the time to drain ran out"),
    }
    Ok(())
}
