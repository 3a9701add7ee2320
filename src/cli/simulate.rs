//! `medloop simulate`: invented hospital days as CloudEvents, one a line, and the faults in them on request.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::time::{Instant, Span, Zone, parse_moment};
use medloop_engine::words::counted;

use super::{bulk, pipe, say};
use crate::library;
use crate::settings::{Common, File};
use crate::simulate::{Settings, Simulation, SlowClock};

/// 生成模拟的医院事件。Invents hospital days as CloudEvents (NDJSON), with faults. The same seed writes the same bytes.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// 天数。For how many days orders begin
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=3660))]
    days: u32,
    /// 种子。Seed of all chance
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// 起始时间。When the first order begins, with offset or in UTC
    #[arg(long, value_name = "TIME", default_value = "2026-01-05T00:00:00+08:00")]
    from: String,
    /// 每天的医嘱数。How many orders begin in a day, all campuses together
    #[arg(long, value_name = "N", default_value_t = 120)]
    orders: u32,
    /// 出错医嘱的百分比。How many of a hundred orders have a fault
    #[arg(long, value_name = "PERCENT", default_value_t = 30, value_parser = clap::value_parser!(u32).range(0..=100))]
    faults: u32,
    /// 只模拟这些院区。Only this campus; may be given several times
    #[arg(long, value_name = "CODE")]
    campus: Vec<String>,
    /// 只模拟这些闭环。Only this loop; may be given several times
    #[arg(long = "loop", value_name = "CODE")]
    of: Vec<String>,
    /// 时钟一直慢 7 分钟的来源，如 pda/west。A source whose clock runs 7 minutes behind all the time
    #[arg(long, value_name = "SYSTEM/CAMPUS")]
    slow_clock: Option<String>,
    /// 把注入的差错写到文件。Writes what was injected to FILE, one JSON object a line
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

/// Runs it: events to standard output in the order of their arrival.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let folder = args.common.folder(&File::open(None)?);
    let library = library::open(folder.as_deref(), args.common.lang)?;
    let utc = Zone::fixed("UTC", 0);
    let from: Instant =
        parse_moment(&args.from, &utc).with_context(|| format!("{}: 不是时间 / not a time", args.from))?.at;
    let mut campuses = std::collections::BTreeSet::new();
    for code in &args.campus {
        match CampusCode::parse(code).ok().filter(|c| library.catalogue.campuses.contains_key(c)) {
            Some(campus) => campuses.insert(campus),
            None => bail!("没有院区 {code} / there is no campus {code}"),
        };
    }
    let mut loops = std::collections::BTreeSet::new();
    for code in &args.of {
        match LoopCode::parse(code).ok().filter(|c| library.definitions.contains_key(c)) {
            Some(code) => loops.insert(code),
            None => bail!("没有闭环 {code} / there is no loop {code}"),
        };
    }
    let slow = match &args.slow_clock {
        None => None,
        Some(source) => match SlowClock::of(source, &library.catalogue) {
            None => bail!("没有来源 {source}，应为 系统/院区 / there is no source {source}: SYSTEM/CAMPUS"),
            slow => slow,
        },
    };
    let settings = Settings {
        seed: args.seed,
        from,
        length: Some(Span(i64::from(args.days) * 86_400_000_000)),
        per_day: args.orders,
        faulty: args.faults,
        campuses,
        loops,
        slow,
        shown_by: None,
    };
    let definitions: Vec<_> = library.definitions.values().map(|(d, _)| Arc::clone(d)).collect();
    let mut simulation = Simulation::new(Arc::clone(&library.catalogue), &definitions, settings);
    for left in simulation.left_out() {
        say(left);
    }
    if simulation.is_empty() {
        bail!("没有可以模拟的闭环 / there is no loop that can be simulated");
    }
    let mut out = bulk();
    let mut count = 0_u64;
    for delivery in simulation.by_ref() {
        count += 1;
        pipe(writeln!(out, "{}", delivery.text))?;
    }
    pipe(out.flush())?;
    let truth = simulation.truth();
    if let Some(path) = &args.truth {
        let file = fs::File::create(path).with_context(|| format!("{}", path.display()))?;
        let mut file = BufWriter::new(file);
        for injected in truth {
            writeln!(file, "{}", serde_json::to_string(injected)?)?;
        }
        if let Some(clock) = simulation.slow() {
            writeln!(file, "{}", serde_json::to_string(clock)?)?;
        }
        file.flush()?;
    }
    let faults = truth.len() + usize::from(simulation.slow().is_some());
    say(format_args!(
        "{count} 个事件，{} 处差错 / {}, {}",
        faults,
        counted(count, "event"),
        counted(faults, "fault")
    ));
    Ok(ExitCode::SUCCESS)
}
