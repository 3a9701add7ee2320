//! The client: starts the program, sends batches or single events over kept connections.

use crate::Outcome;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Batches over some connections of one client; events per second.
pub(crate) fn batches(file: &Path, events: &[String], clients: usize, size: usize) -> Outcome<f64> {
    let (mut server, address) = serve(file)?;
    let rate = flood(&address, events, clients, size);
    server.kill()?;
    server.wait()?;
    Ok(rate)
}

/// The same with a server that runs already.
pub(crate) fn flood(address: &str, events: &[String], clients: usize, size: usize) -> f64 {
    let bodies: Vec<String> = events.chunks(size).map(|chunk| format!("[{}]", chunk.join(","))).collect();
    let next = AtomicUsize::new(0);
    let begin = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..clients {
            scope.spawn(|| {
                let mut stream = connect(address);
                while let Some(body) = bodies.get(next.fetch_add(1, Ordering::SeqCst)) {
                    post(&mut stream, address, body);
                }
            });
        }
    });
    events.len() as f64 / begin.elapsed().as_secs_f64()
}

/// Single events over many connections, as fast as they go or at a rate; the rate reached, and how long each took.
pub(crate) fn single(
    address: &str,
    events: &[String],
    clients: usize,
    rate: Option<f64>,
) -> Outcome<(f64, Vec<Duration>)> {
    let next = AtomicUsize::new(0);
    let took = Mutex::new(Vec::new());
    let begin = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..clients {
            scope.spawn(|| {
                let mut stream = connect(address);
                let mut mine = Vec::new();
                loop {
                    let n = next.fetch_add(1, Ordering::SeqCst);
                    let Some(event) = events.get(n) else { break };
                    let mut from = Instant::now();
                    if let Some(rate) = rate {
                        // Measured from when it was due, so that a late start counts as waiting.
                        let due = begin + Duration::from_secs_f64(n as f64 / rate);
                        std::thread::sleep(due.saturating_duration_since(from));
                        from = due;
                    }
                    post(&mut stream, address, event);
                    mine.push(from.elapsed());
                }
                if let Ok(mut all) = took.lock() {
                    all.extend(mine);
                }
            });
        }
    });
    let rate = events.len() as f64 / begin.elapsed().as_secs_f64();
    Ok((rate, took.into_inner().map_err(|_| "a client failed")?))
}

/// Starts the server on a database of its own; where it listens.
pub(crate) fn serve(file: &Path) -> Outcome<(Child, String)> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_medloop"))
        .args(["serve", "--listen", "127.0.0.1:0", "--database", &format!("sqlite:{}", file.display())])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(child.stderr.take().ok_or("no words")?).lines();
    let address = lines.by_ref().map_while(Result::ok).find_map(|line| {
        let rest = line.split_once("http://")?.1;
        Some(rest.split('/').next()?.trim().to_owned())
    });
    // What it says later is read away, so that it never waits for us.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    Ok((child, address.ok_or("the server did not say where it listens")?))
}

#[expect(clippy::expect_used, reason = "a benchmark whose server does not answer has no figure")]
pub(crate) fn connect(address: &str) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(address).expect("the server listens");
    stream.set_nodelay(true).expect("a socket takes its options");
    BufReader::new(stream)
}

/// Sends events that must all be taken.
fn post(stream: &mut BufReader<TcpStream>, address: &str, body: &str) {
    let (status, answer) = offer(stream, address, body);
    assert_eq!(status, 200, "{answer}");
    assert!(answer.contains("\"rejected\":0"), "{answer}");
}

/// Sends events; the status and the answer.
pub(crate) fn offer(stream: &mut BufReader<TcpStream>, address: &str, body: &str) -> (u16, String) {
    let head = format!(
        "POST /api/v1/events HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    ask(stream, &head)
}

/// Asks for a page; the status and the answer.
pub(crate) fn get(stream: &mut BufReader<TcpStream>, address: &str, path: &str) -> (u16, String) {
    ask(stream, &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n"))
}

#[expect(clippy::expect_used, reason = "a benchmark whose server does not answer has no figure")]
fn ask(stream: &mut BufReader<TcpStream>, text: &str) -> (u16, String) {
    stream.get_mut().write_all(text.as_bytes()).expect("the server reads");
    let (mut line, mut length) = (String::new(), 0);
    stream.read_line(&mut line).expect("the server answers");
    let status = line.split(' ').nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
    while !line.trim().is_empty() {
        line.clear();
        stream.read_line(&mut line).expect("the server answers");
        if let Some(n) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = n.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).expect("the server answers");
    (status, String::from_utf8_lossy(&body).into_owned())
}
