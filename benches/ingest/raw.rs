//! The yardstick: raw SQLite with the same rows, every event with its unique key and an upsert of its instance's row.

use crate::Outcome;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use std::path::Path;
use std::time::Instant;

/// Rows in a statement; 1,000 are in a transaction.
const ROWS: usize = 100;

/// Events per second.
pub(crate) async fn rate(file: &Path, events: &[String]) -> Outcome<f64> {
    let mut conn = SqliteConnection::connect(&format!("sqlite:{}?mode=rwc", file.display())).await?;
    for text in [
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA cache_size = -65536",
        "CREATE TABLE event (source TEXT NOT NULL, id TEXT NOT NULL, raw TEXT NOT NULL, PRIMARY KEY (source, id))",
        "CREATE TABLE instance (key TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL, last TEXT NOT NULL)",
    ] {
        sqlx::query(text).execute(&mut conn).await?;
    }
    let rows: Vec<[String; 3]> = events.iter().map(|raw| identity(raw)).collect();
    let all: Vec<(&[String; 3], &String)> = rows.iter().zip(events).collect();
    let begin = Instant::now();
    for batch in all.chunks(1000) {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut conn).await?;
        for rows in batch.chunks(ROWS) {
            let groups = vec!["(?,?,?)"; rows.len()].join(",");
            let text = format!("INSERT INTO event (source, id, raw) VALUES {groups}");
            let mut query = sqlx::query(AssertSqlSafe(text));
            for ([source, id, _], raw) in rows {
                query = query.bind(source).bind(id).bind(*raw);
            }
            query.execute(&mut conn).await?;
            let groups = vec!["(?,1,?)"; rows.len()].join(",");
            let text = format!(
                "INSERT INTO instance (key, n, last) VALUES {groups} \
                 ON CONFLICT (key) DO UPDATE SET n = instance.n + 1, last = excluded.last"
            );
            let mut query = sqlx::query(AssertSqlSafe(text));
            for ([_, _, key], raw) in rows {
                query = query.bind(key).bind(*raw);
            }
            query.execute(&mut conn).await?;
        }
        sqlx::query("COMMIT").execute(&mut conn).await?;
    }
    let rate = events.len() as f64 / begin.elapsed().as_secs_f64();
    conn.close().await?;
    Ok(rate)
}

fn identity(raw: &str) -> [String; 3] {
    let json: Value = serde_json::from_str(raw).unwrap_or_default();
    ["/source", "/id", "/data/order_no"]
        .map(|path| json.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned())
}
