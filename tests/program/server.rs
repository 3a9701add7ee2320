//! A running program for tests: started, found by what it prints, ended with the test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_medloop");

/// The program, listening.
pub(crate) struct Server {
    child: Child,
    /// `127.0.0.1:PORT`
    pub(crate) address: String,
    said: Receiver<String>,
}

impl Server {
    /// `medloop serve` with its database in `folder`.
    pub(crate) fn serve(folder: &Path) -> Self {
        Self::start(folder, &["serve", "--listen", "127.0.0.1:0", "--database", "sqlite:test.db"])
    }

    /// Any verb that listens and prints where.
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(PROGRAM)
            .args(arguments)
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (say, said) = channel();
        let errors = BufReader::new(child.stderr.take().unwrap());
        // Read to the end, so that what it says later never fills its pipe.
        std::thread::spawn(move || errors.lines().map_while(Result::ok).for_each(|l| drop(say.send(l))));
        let mut server = Self { child, address: String::new(), said };
        let line = server.until("http://");
        let (_, rest) = line.split_once("http://").unwrap();
        server.address = rest.split('/').next().unwrap().to_owned();
        server
    }

    /// Waits for a line that holds `part`.
    pub(crate) fn until(&mut self, part: &str) -> String {
        self.lines_until(part).pop().unwrap()
    }

    /// Waits for a line that holds `part`; the lines up to it.
    pub(crate) fn lines_until(&mut self, part: &str) -> Vec<String> {
        let mut before = Vec::new();
        loop {
            match self.said.recv_timeout(Duration::from_secs(120)) {
                Ok(line) => {
                    before.push(line);
                    if before.last().unwrap().contains(part) {
                        return before;
                    }
                }
                Err(_) => panic!("it never said {part:?}, only:\n{}", before.join("\n")),
            }
        }
    }

    /// Asks it to end, and says how it ended and after how long.
    pub(crate) fn terminate(&mut self) -> (ExitStatus, Duration) {
        let begun = Instant::now();
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
        (self.child.wait().unwrap(), begun.elapsed())
    }

    /// Waits until it ends by itself.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// The JSON that a POST answers, which must be 200.
    pub(crate) fn post(&self, path: &str, body: &str) -> Value {
        json(self.call("POST", path, body))
    }

    /// The JSON that a GET answers, which must be 200.
    pub(crate) fn get(&self, path: &str) -> Value {
        json(self.call("GET", path, ""))
    }

    /// Status and body of any call.
    pub(crate) fn call(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}",
            self.address
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }
}

fn json((status, body): (u16, String)) -> Value {
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap_or_else(|e| panic!("{e}: {body}"))
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
