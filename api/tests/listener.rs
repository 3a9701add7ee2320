//! The accept loop: slow and idle clients are put out, others are not delayed, and work at hand is finished before the end.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::Router;
use axum::routing::{get, post};
use medloop_api::{Limits, serve_within};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

const LIMITS: Limits = Limits {
    headers: Duration::from_millis(400),
    body_idle: Duration::from_millis(400),
    connections: 64,
    drain: Duration::from_secs(5),
};

struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

async fn start(limits: Limits) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let slow = || async {
        tokio::time::sleep(Duration::from_millis(600)).await;
        "slow"
    };
    let length = |body: axum::body::Body| async move {
        axum::body::to_bytes(body, 1 << 20).await.map_or("broken".to_owned(), |b| b.len().to_string())
    };
    let router =
        Router::new().route("/", get(|| async { "here" })).route("/slow", get(slow)).route("/", post(length));
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async {
        let _ = stopped.await;
    };
    let task = tokio::spawn(serve_within(limits, listener, router, shutdown));
    Server { address, stop, task }
}

async fn said(socket: &mut TcpStream) -> String {
    let mut text = String::new();
    let _ = tokio::time::timeout(Duration::from_secs(5), socket.read_to_string(&mut text)).await;
    text
}

async fn ask(address: SocketAddr) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    said(&mut socket).await
}

#[tokio::test]
async fn half_a_request_is_put_out() {
    let server = start(LIMITS).await;
    for half in ["GET / HTTP/1.1\r\nHo", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab", ""] {
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        socket.write_all(half.as_bytes()).await.unwrap();
        let begun = Instant::now();
        let answer = said(&mut socket).await;
        assert!(begun.elapsed() < Duration::from_secs(2), "{half:?} was left open");
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4") || answer.ends_with("broken"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn an_idle_connection_is_put_out() {
    let server = start(LIMITS).await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let begun = Instant::now();
    assert!(said(&mut socket).await.ends_with("here"));
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn slow_clients_do_not_delay_others() {
    let server = start(LIMITS).await;
    let mut slow = Vec::new();
    for _ in 0..48 {
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        socket.write_all(b"GET / HTTP/1.1\r\nX-").await.unwrap();
        slow.push(socket);
    }
    let begun = Instant::now();
    assert!(ask(server.address).await.ends_with("here"));
    assert!(begun.elapsed() < Duration::from_millis(300));
    // Even when every place is taken, the next is free as soon as the slow are put out.
    for _ in 0..32 {
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        socket.write_all(b"GET / HTTP/1.1\r\nX-").await.unwrap();
        slow.push(socket);
    }
    assert!(ask(server.address).await.ends_with("here"));
}

#[tokio::test]
async fn the_end_waits_for_work_at_hand() {
    let server = start(LIMITS).await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.stop.send(()).unwrap();
    assert!(said(&mut socket).await.ends_with("slow"));
    server.task.await.unwrap().unwrap();
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody listens any more");
}
