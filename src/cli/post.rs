//! A small HTTP client for the program's own server: one request a connection, because that is all the demonstration needs.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends events, each one line of JSON, as one batch; waits and tries again while the server is busy.
///
/// # Errors
/// When the server cannot be reached, or refuses the batch as a whole.
pub(crate) async fn events(address: SocketAddr, lines: &[String]) -> anyhow::Result<()> {
    let body = format!("[{}]", lines.join(","));
    for attempt in 1..=30_u64 {
        let (status, answer) = post(address, "/api/v1/events", &body).await.context("POST /api/v1/events")?;
        match status {
            200 => return Ok(()),
            429 | 503 => tokio::time::sleep(Duration::from_millis(100 * attempt)).await,
            _ => bail!("POST /api/v1/events: {status} {answer}"),
        }
    }
    bail!("POST /api/v1/events: 服务一直繁忙 / the server stays busy")
}

async fn post(address: SocketAddr, path: &str, body: &str) -> anyhow::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address).await?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/cloudevents-batch+json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).and_then(|s| s.parse().ok()).context("no status line")?;
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Ok((status, body.to_owned()))
}
