//! `medloop import`: the files of a source become events in the store, as history or as they are.

use super::{FINDINGS, say};
use crate::feed::{self, Faulty, Item, Tally};
use anyhow::{Context, Result};
use medloop_dsl::diagnostic::Lang;
use medloop_dsl::sources::Source;
use medloop_engine::words::counted;
use medloop_store::{
    Error, Mode, Options, Published, Reason, Receipt, ReceiptStatus, Store, Submission, Unreadable,
};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// 导入来源的文件。Maps the files of a source and stores their events.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// 来源的 YAML。The source's YAML; the definitions are those of the nearest folder upward with hospital.yaml
    #[arg(long, value_name = "FILE")]
    source: PathBuf,
    /// 文件或文件夹。Files, or folders that hold them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// 数据库。The database
    #[arg(long, value_name = "URL", default_value = "sqlite:medloop.db", env = "MEDLOOP_DATABASE")]
    database: String,
    /// 提示所用的语言。The language of words: zh or en
    #[arg(long, default_value = "zh", env = "MEDLOOP_LANG", value_parser = feed::lang)]
    lang: Lang,
}

/// How many messages go to the store together.
const BATCH: usize = 500;
/// How many batches are on their way at once: enough to read the next while one is written.
const AHEAD: usize = 4;
/// How long to wait when the store's queue is full.
const PAUSE: Duration = Duration::from_millis(50);
/// How many refused events are shown one by one.
const SHOWN: u64 = 20;

/// What goes from the reading thread to the store.
enum Parcel {
    Events(Vec<Submission>),
    Faulty(Vec<Unreadable>),
}

/// What the store answered.
#[derive(Default)]
struct Answers {
    accepted: u64,
    waiting: u64,
    duplicate: u64,
    rejected: BTreeMap<String, u64>,
    shown: u64,
}

/// Runs it: everything is durable when it returns.
#[tokio::main]
pub(crate) async fn run(args: Args) -> Result<ExitCode> {
    let begun = Instant::now();
    let lang = args.lang;
    let loaded = feed::load(&args.source, lang)?;
    if !loaded.warnings.is_empty() {
        say(&loaded.warnings);
    }
    let library = loaded.library(lang)?;
    let database = args.database;
    let published =
        Published { catalogue: Arc::clone(&library.catalogue), definitions: library.definitions.clone() };
    let store =
        Store::open(&database, published, Options::default()).await.with_context(|| database.clone())?;

    let mode = if loaded.source.mapping.backfill {
        Mode::Backfill { shift: loaded.source.mapping.shift }
    } else {
        Mode::Live
    };
    let (sender, mut parcels) = mpsc::channel(AHEAD);
    let reading = tokio::task::spawn_blocking(move || read(&loaded.source, &args.paths, lang, &sender));
    let mut answers = Answers::default();
    let mut under_way = std::collections::VecDeque::new();
    while let Some(parcel) = parcels.recv().await {
        let store = store.clone();
        under_way.push_back(tokio::spawn(async move { send(&store, parcel, mode).await }));
        if under_way.len() >= AHEAD
            && let Some(first) = under_way.pop_front()
        {
            answers.take(&first.await??, lang);
        }
    }
    for rest in under_way {
        answers.take(&rest.await??, lang);
    }
    let (tally, read) = reading.await??;
    store.close().await;
    for line in tally.lines(&read, lang).into_iter().chain(answers.lines(begun.elapsed(), lang)) {
        say(line);
    }
    let fine = tally.faulty() == 0 && answers.rejected.is_empty();
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::from(FINDINGS) })
}

/// Reads and maps on a thread of its own, and hands parcels over in the order of the source.
fn read(
    source: &Source,
    paths: &[PathBuf],
    lang: Lang,
    sender: &mpsc::Sender<Parcel>,
) -> Result<(Tally, feed::Read)> {
    let mut tally = Tally::default();
    let mut events = Vec::with_capacity(BATCH);
    let progress = feed::progress();
    let full_name = source.mapping.name.to_string();
    let read = feed::read(source, paths, &|| progress.inc(1), &mut |item| {
        tally.count(&item);
        match item {
            Item::Event { text, .. } => {
                events.push(Submission::text(text));
                if events.len() == BATCH {
                    sender.blocking_send(Parcel::Events(std::mem::replace(
                        &mut events,
                        Vec::with_capacity(BATCH),
                    )))?;
                }
            }
            Item::Faulty(faulty) => {
                if tally.shows() {
                    say(feed::fault_line(&faulty, lang));
                }
                sender.blocking_send(Parcel::Faulty(vec![refused(&full_name, faulty)]))?;
            }
            Item::Ignored { .. } => {}
        }
        Ok(())
    })?;
    if !events.is_empty() {
        sender.blocking_send(Parcel::Events(events))?;
    }
    progress.finish_and_clear();
    Ok((tally, read))
}

/// A row that is no event, for quarantine: where it stands is part of it, so that equal rows stay apart.
fn refused(source: &str, faulty: Faulty) -> Unreadable {
    let Faulty { origin, column, fault, raw, .. } = faulty;
    let place = match column {
        Some(column) => format!("{}:{}:{column}", origin.file, origin.line),
        None => format!("{}:{}", origin.file, origin.line),
    };
    let row = serde_json::from_str(&raw).unwrap_or(serde_json::Value::String(raw));
    let raw =
        serde_json::json!({ "file": origin.file.as_ref(), "line": origin.line, "row": row }).to_string();
    Unreadable {
        source: Arc::from(source),
        reason: Reason { code: fault.code.into(), zh: fault.zh, en: fault.en, path: place },
        raw: Arc::from(raw),
    }
}

async fn send(store: &Store, parcel: Parcel, mode: Mode) -> Result<Vec<Receipt>> {
    loop {
        let answer = match &parcel {
            Parcel::Events(events) => store.submit(events.clone(), mode).await,
            // Rows that are no events are counted where they were read.
            Parcel::Faulty(rows) => store.refuse(rows.clone(), mode).await.map(|_| Vec::new()),
        };
        match answer {
            Ok(receipts) => return Ok(receipts),
            Err(Error::Busy) => tokio::time::sleep(PAUSE).await,
            Err(error) => return Err(error.into()),
        }
    }
}

impl Answers {
    fn take(&mut self, receipts: &[Receipt], lang: Lang) {
        for receipt in receipts {
            let code = receipt.reason.as_ref().map(|r| r.code.as_ref()).unwrap_or_default();
            match receipt.status {
                ReceiptStatus::Accepted if code == "waiting" => self.waiting += 1,
                ReceiptStatus::Accepted => self.accepted += 1,
                ReceiptStatus::Duplicate => self.duplicate += 1,
                ReceiptStatus::Rejected => {
                    *self.rejected.entry(code.to_owned()).or_default() += 1;
                    self.shown += 1;
                    if let Some(reason) = receipt.reason.as_ref().filter(|_| self.shown <= SHOWN) {
                        let words = if lang == Lang::Zh { &reason.zh } else { &reason.en };
                        say(format_args!(
                            "{} {}: [{}] {words} {}",
                            receipt.source, receipt.id, reason.code, reason.path
                        ));
                    }
                }
            }
        }
    }

    fn lines(&self, took: Duration, lang: Lang) -> Vec<String> {
        let Self { accepted, waiting, duplicate, .. } = self;
        let rejected: u64 = self.rejected.values().sum();
        let all = accepted + waiting + duplicate + rejected;
        let seconds = took.as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = all as f64 / seconds.max(0.001);
        let mut lines = vec![match lang {
            Lang::Zh => format!(
                "入库 {all} 个事件：接受 {}（其中等待 {waiting}），重复 {duplicate}，拒绝 {rejected}；{seconds:.1} 秒，每秒 {rate:.0} 个",
                accepted + waiting
            ),
            Lang::En => format!(
                "{}: {} accepted ({waiting} of them waiting), {duplicate} duplicate, {rejected} rejected; {seconds:.1} s, {rate:.0} a second",
                counted(all, "event"),
                accepted + waiting
            ),
        }];
        for (code, n) in &self.rejected {
            lines.push(match lang {
                Lang::Zh => format!("  {n:>8}  拒绝：{code}"),
                Lang::En => format!("  {n:>8}  rejected: {code}"),
            });
        }
        lines
    }
}
