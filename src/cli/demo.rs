//! `medloop demo`: a hospital of its own, with the orders of the last day and what goes on now, all through the HTTP door.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use medloop_dsl::library::Library;
use medloop_engine::time::{Instant, Span};
use medloop_engine::words::counted;

use super::serve::{BODY_LIMIT, LISTEN, REQUEST_TIMEOUT, asked_to_end};
use super::{post, say};
use crate::library;
use crate::server::{Plan, Server};
use crate::settings::{Common, File};
use crate::simulate::{Delivery, Settings, Simulation, SlowClock, title};

/// 演示。A demonstration: an embedded database, a day of orders with faults, going on in real time.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// 保留数据的文件夹。Keeps the database in this folder; a temporary one otherwise
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// 监听地址。The address to listen on
    #[arg(long, value_name = "ADDR", env = "MEDLOOP_LISTEN")]
    listen: Option<String>,
    /// 运行多久，如 30s、5m、1h。How long to run; until ctrl-c otherwise
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    bounded: Option<Duration>,
    /// 种子。Seed of all chance; the time of day otherwise
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// 时钟一直慢 7 分钟的来源。A source whose clock runs 7 minutes behind all the time; none where the loops know no such source
    #[arg(long, value_name = "SYSTEM/CAMPUS", default_value = "pda/west")]
    slow_clock: String,
    /// 每天的医嘱数。How many orders begin in a day
    #[arg(long, value_name = "N", default_value_t = 120)]
    orders: u32,
    #[command(flatten)]
    common: Common,
}

/// How many events go into one request while the past is loaded.
const BATCH: usize = 100;
const DAY: i64 = 86_400_000_000;

/// Runs it until ctrl-c, or for as long as asked.
#[tokio::main]
pub(crate) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let file = File::open(None)?;
    let library = library::open(args.common.folder(&file).as_deref(), args.common.lang)?;
    let kept = Kept::new(args.folder)?;
    let now = now();
    let seed = args.seed.unwrap_or_else(|| u64::try_from(now.0 / 1_000_000).unwrap_or(1));
    let slow = SlowClock::of(&args.slow_clock, &library.catalogue);
    let mut simulation = simulation(&library, (seed, args.orders), now, slow);
    let library = published(library, &simulation);
    let database = format!("sqlite:{}", kept.path().join("demo.db").display());
    let server = start(database, args.listen, &library).await?;
    let address = server.address;

    say("正在载入最近一天的医嘱 / loading the orders of the last day");
    let (loaded, next) = past(address, &mut simulation, now).await?;
    guide(address, &simulation, &loaded, now);

    let work = async {
        match args.bounded {
            Some(length) => match tokio::time::timeout(length, on(address, simulation, next)).await {
                Ok(ended) => ended,
                Err(_) => Ok(()),
            },
            None => on(address, simulation, next).await,
        }
    };
    let outcome = tokio::select! {
        outcome = work => outcome,
        asked = asked_to_end() => asked.map_err(Into::into),
    };
    server.end().await?;
    outcome.map(|()| ExitCode::SUCCESS)
}

/// The folder of the database; a temporary one goes with the program.
enum Kept {
    Folder(PathBuf),
    Temporary(tempfile::TempDir),
}

impl Kept {
    fn new(folder: Option<PathBuf>) -> anyhow::Result<Self> {
        Ok(match folder {
            Some(folder) => {
                std::fs::create_dir_all(&folder).with_context(|| format!("{}", folder.display()))?;
                Self::Folder(folder)
            }
            None => Self::Temporary(tempfile::Builder::new().prefix("medloop-demo-").tempdir()?),
        })
    }

    fn path(&self) -> &std::path::Path {
        match self {
            Self::Folder(folder) => folder,
            Self::Temporary(folder) => folder.path(),
        }
    }
}

fn simulation(
    library: &Library,
    (seed, per_day): (u64, u32),
    now: Instant,
    slow: Option<SlowClock>,
) -> Simulation {
    let settings = Settings {
        seed,
        from: now.plus(Span(-DAY)),
        length: None,
        per_day,
        faulty: 40,
        campuses: std::collections::BTreeSet::new(),
        loops: std::collections::BTreeSet::new(),
        slow,
        shown_by: Some(now),
    };
    let definitions: Vec<_> = library.definitions.values().map(|(d, _)| Arc::clone(d)).collect();
    Simulation::new(Arc::clone(&library.catalogue), &definitions, settings)
}

/// The library without loops of which invented orders of other loops would leave instances unfinished that nobody injected.
fn published(mut library: Library, simulation: &Simulation) -> Library {
    let without = simulation.spoilt();
    let gone = library.definitions.iter().filter(|(code, _)| without.contains(*code));
    let names: Vec<&str> = gone.map(|(_, (d, _))| d.name.as_str()).collect();
    if !names.is_empty() {
        let codes: Vec<&str> = without.iter().map(|c| c.as_str()).collect();
        let (names, codes) = (names.join("、"), codes.join(", "));
        say(format_args!(
            "演示不启用：{names}，它们只会收到别的闭环的一部分事件 / left out of the demonstration, since only part of their events would come: {codes}"
        ));
    }
    library.definitions.retain(|code, _| !without.contains(code));
    library
}

/// Listens where asked; else at the usual address, or at a free port when that is taken.
async fn start(database: String, listen: Option<String>, library: &Library) -> anyhow::Result<Server> {
    let mut plan = Plan {
        database,
        listen: listen.clone().unwrap_or_else(|| LISTEN.to_owned()),
        body_limit: BODY_LIMIT,
        request_timeout: REQUEST_TIMEOUT,
    };
    if listen.is_none() && tokio::net::TcpListener::bind(LISTEN).await.is_err() {
        plan.listen = "127.0.0.1:0".to_owned();
    }
    Server::start(&plan, library).await
}

/// Sends what has arrived by `now`, order by order: a gap that the next line fills is never seen as one.
async fn past(
    address: SocketAddr,
    simulation: &mut Simulation,
    now: Instant,
) -> anyhow::Result<(BTreeMap<String, usize>, Option<Delivery>)> {
    let mut orders: BTreeMap<u64, Vec<Delivery>> = BTreeMap::new();
    let mut next = None;
    for delivery in simulation.by_ref() {
        if delivery.at > now {
            next = Some(delivery);
            break;
        }
        orders.entry(delivery.order).or_default().push(delivery);
    }
    let mut loaded = BTreeMap::new();
    let mut batch: Vec<String> = Vec::new();
    for deliveries in orders.into_values() {
        if let Some(first) = deliveries.first() {
            loaded.insert(first.key.clone(), deliveries.len());
        }
        batch.extend(deliveries.into_iter().map(|d| d.text));
        if batch.len() >= BATCH {
            post::events(address, &std::mem::take(&mut batch)).await?;
        }
    }
    if !batch.is_empty() {
        post::events(address, &batch).await?;
    }
    Ok((loaded, next))
}

/// Sends every further event when its time comes.
async fn on(
    address: SocketAddr,
    mut simulation: Simulation,
    mut next: Option<Delivery>,
) -> anyhow::Result<()> {
    while let Some(delivery) = next {
        let wait = delivery.at.0.saturating_sub(now().0);
        if let Ok(wait @ 1..) = u64::try_from(wait) {
            tokio::time::sleep(Duration::from_micros(wait)).await;
        }
        post::events(address, std::slice::from_ref(&delivery.text)).await?;
        next = simulation.next();
    }
    Ok(())
}

/// What to open: the pages, and one order for each kind of fault that shows by now.
fn guide(address: SocketAddr, simulation: &Simulation, loaded: &BTreeMap<String, usize>, now: Instant) {
    let events: usize = loaded.values().sum();
    say(format_args!(
        "{} 条医嘱、{events} 个事件 / {}, {}",
        loaded.len(),
        counted(loaded.len(), "order"),
        counted(events, "event")
    ));
    say(format_args!("\n打开 open  http://{address}/"));
    say(format_args!("医嘱 orders  http://{address}/orders\n"));
    let mut shown: BTreeMap<&str, &str> = BTreeMap::new();
    for injected in simulation.truth() {
        if loaded.contains_key(&injected.key) && injected.since <= now {
            shown.entry(injected.fault).or_insert(&injected.key);
        }
    }
    for (fault, key) in shown {
        let (zh, en) = title(fault);
        say(format_args!("http://{address}/orders/{key}  {zh} · {en}"));
    }
    if let Some(clock) = simulation.slow() {
        let (zh, en) = title("slow_clock");
        say(format_args!("http://{address}/sources  {} {zh} · {en}", clock.source));
    }
    say("\n事件还在到来，按 ctrl-c 结束 / events keep coming in, ctrl-c ends");
}

fn now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Reads `30s`, `5m`, `1h`.
fn duration(text: &str) -> Result<Duration, String> {
    let units = [("s", 1), ("m", 60), ("h", 3600)];
    let found = units.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, *seconds)));
    let (number, seconds) = found.ok_or("30s | 5m | 1h")?;
    number.parse::<u64>().map(|n| Duration::from_secs(n.saturating_mul(seconds))).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_numbers_with_a_unit() {
        assert_eq!(duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("2h"), Ok(Duration::from_secs(7200)));
        assert!(duration("30").is_err() && duration("").is_err() && duration("xs").is_err());
    }
}
