//! Wires store, doors and windows into one listening server; `serve` and `demo` are told apart only by what they do beside it.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use medloop_dsl::library::Library;
use medloop_store::{Options, Store};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

/// Where and how to listen.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// `sqlite:medloop.db`
    pub(crate) database: String,
    /// `127.0.0.1:7117`; port 0 takes a free one.
    pub(crate) listen: String,
    /// Greatest size of a request's body in bytes.
    pub(crate) body_limit: usize,
    /// How long a request may take.
    pub(crate) request_timeout: Duration,
}

/// A server at work.
pub(crate) struct Server {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    work: JoinHandle<std::io::Result<()>>,
    store: Store,
}

impl Server {
    /// Opens the database, binds the address and begins to answer.
    ///
    /// # Errors
    /// When the address is not this machine's own, is taken, or the database cannot be opened.
    pub(crate) async fn start(plan: &Plan, library: &Library) -> anyhow::Result<Self> {
        let address = loopback(&plan.listen).await?;
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("不能监听 {address} / cannot listen on {address}"))?;
        let address = listener.local_addr()?;
        let store = Store::open(&plan.database, library, Options::default())
            .await
            .with_context(|| format!("不能打开数据库 {0} / cannot open the database {0}", plan.database))?;
        let router = router(&store, library, plan);
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            // A sender that is gone asks for the same.
            drop(stopped.await);
        };
        let work = tokio::spawn(medloop_api::serve(listener, router, shutdown));
        Ok(Self { address, stop, work, store })
    }

    /// Lets the requests at work finish, then closes the database.
    ///
    /// # Errors
    /// When the listener failed on the way.
    pub(crate) async fn end(self) -> anyhow::Result<()> {
        // A server that has ended by itself needs no asking.
        let _ = self.stop.send(());
        self.work.await??;
        self.store.close().await;
        Ok(())
    }
}

/// Everything that answers, with what every request goes through.
fn router(store: &Store, library: &Library, plan: &Plan) -> Router {
    let metrics = medloop_api::Metrics::default();
    medloop_api::router_with(
        store.clone(),
        medloop_api::Options { body_limit: plan.body_limit, ..medloop_api::Options::default() },
        metrics.clone(),
    )
    .merge(medloop_console::router(store.clone(), library.into()))
    .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, plan.request_timeout))
    .layer(CatchPanicLayer::new())
    .layer(middleware::from_fn_with_state(metrics, medloop_api::measure))
    .layer(middleware::from_fn(log))
}

/// One line a request: the route, never the address with its order numbers, never a patient.
async fn log(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |p| p.as_str().to_owned());
    let begun = Instant::now();
    let response = next.run(request).await;
    let took_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    tracing::debug!(%method, route, status, took_us, "a request was answered");
    response
}

/// The address, when it is one that nobody outside this machine can reach.
async fn loopback(listen: &str) -> anyhow::Result<SocketAddr> {
    let found = tokio::net::lookup_host(listen)
        .await
        .with_context(|| format!("{listen}: 不是监听地址，如 127.0.0.1:7117 / not an address to listen on"))?
        .next();
    let Some(address) = found else { bail!("{listen}: 没有这个地址 / no such address") };
    if !is_own(address.ip()) {
        bail!(
            "还没有登录功能，所以只能监听本机地址（127.0.0.1 或 [::1]），不能监听 {address} / \
             there is no sign-in yet, so only this machine's own address (127.0.0.1 or [::1]) may be listened on, not {address}"
        );
    }
    Ok(address)
}

fn is_own(ip: IpAddr) -> bool {
    ip.is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_own_machine_may_be_listened_on() {
        assert!(loopback("127.0.0.1:0").await.is_ok());
        assert!(loopback("[::1]:0").await.is_ok());
        let wide = loopback("0.0.0.0:80").await.unwrap_err().to_string();
        assert!(wide.contains("没有登录") && wide.contains("no sign-in"), "{wide}");
        assert!(loopback("nonsense").await.is_err());
    }
}
