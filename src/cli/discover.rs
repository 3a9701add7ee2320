//! `medloop discover`: a loop proposed from recorded events, for people to review.

use super::{FINDINGS, bulk, pipe, say};
use crate::feed::{self, Item, Tally};
use anyhow::{Context, Result, bail};
use medloop_dsl::diagnostic::{Lang, Words};
use medloop_dsl::discover::{Log, Settings, propose};
use medloop_engine::name::{FieldCode, LoopCode};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// 从已有的事件提出一个闭环，供人核对。Proposes a loop from recorded events, for people to review.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// 事件文件，一行一个 CloudEvent；- 为标准输入。Files of events, a CloudEvent a line; - is standard input. With --source, that source's files
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// 来源的 YAML：先把它的文件变成事件。The YAML of a source, whose files are mapped to events first
    #[arg(long, value_name = "FILE")]
    source: Option<PathBuf>,
    /// 已有定义的文件夹：沿用其中的名称。A folder of definitions, whose names are used; that of --source unless said
    #[arg(long, value_name = "DIR")]
    library: Option<PathBuf>,
    /// 区分医嘱的字段，缺省自动判断。The field that tells orders apart; found by itself unless said
    #[arg(long, value_name = "FIELD", value_parser = field)]
    key: Option<FieldCode>,
    /// 不到常见先后的这个比例，就不计入；0 则全部计入。What follows less often than this share of what commonly follows is overlooked; 0: nothing is
    #[arg(long, value_name = "SHARE", default_value_t = 0.2, value_parser = share)]
    noise: f64,
    /// 闭环的名称。The name of the loop
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// 闭环的编码。The code of the loop
    #[arg(long, value_name = "CODE", default_value = "discovered", value_parser = code)]
    code: LoopCode,
    /// 写入文件，否则写到标准输出。The file to write; standard output otherwise
    #[arg(short, long, value_name = "FILE", conflicts_with = "out")]
    output: Option<PathBuf>,
    /// 写成一个新文件夹，连同所需的 YAML，可直接检查。A new folder with the loop and the YAML that it needs
    #[arg(long, value_name = "DIR", conflicts_with = "library")]
    out: Option<PathBuf>,
    /// 关键字、注释和提示所用的语言。The language of keywords, comments and words: zh or en
    #[arg(long, default_value = "zh", value_parser = feed::lang)]
    lang: Lang,
}

/// How many lines that are no events are shown one by one.
const SHOWN: u64 = 20;

/// Runs it: the loop to standard output or files, what to know about it to standard error.
pub(crate) fn run(args: Args) -> Result<ExitCode> {
    let lang = args.lang;
    let mut input = Input { log: Log::default(), lang, strange: 0 };
    let mut library = args.library.as_deref().map(|dir| crate::library::open(Some(dir), lang)).transpose()?;
    match &args.source {
        Some(source) => {
            let loaded = feed::load(source, lang)?;
            if library.is_none() && args.out.is_none() {
                library = Some(loaded.library(lang)?);
            }
            input.mapped(&loaded.source, &args.paths)?;
        }
        None => args.paths.iter().try_for_each(|path| input.lines(path))?,
    }
    let settings = Settings { key: args.key, noise: args.noise, name: args.name, code: args.code, lang };
    let file = format!("{}.loop", settings.code);
    let proposal = propose(input.log, &settings, library.as_ref())
        .map_err(|words| anyhow::anyhow!("{}", lines(&words, lang)))?;
    if !proposal.remarks.is_empty() {
        say(lines(&proposal.remarks, lang));
    }
    match (&args.out, &args.output) {
        (Some(folder), _) => {
            fresh(folder)?;
            for (name, text) in proposal.beside.iter().chain([(&file, &proposal.text)]) {
                write(&folder.join(name), text)?;
            }
            say(folder.display());
        }
        (None, Some(path)) => write(path, &proposal.text)?,
        (None, None) => {
            let mut out = bulk();
            pipe(out.write_all(proposal.text.as_bytes()))?;
            pipe(out.flush())?;
        }
    }
    Ok(if input.strange > 0 { ExitCode::from(FINDINGS) } else { ExitCode::SUCCESS })
}

fn lines(words: &[Words], lang: Lang) -> String {
    words.iter().map(|w| w.get(lang)).collect::<Vec<_>>().join("\n")
}

/// Events on their way into a log.
struct Input {
    log: Log,
    lang: Lang,
    strange: u64,
}

impl Input {
    /// Takes the events of a file, one a line.
    fn lines(&mut self, path: &Path) -> Result<()> {
        let shown = || path.display().to_string();
        let file: Box<dyn Read> = if path == Path::new("-") {
            Box::new(std::io::stdin())
        } else {
            Box::new(File::open(path).with_context(shown)?)
        };
        let mut file = BufReader::with_capacity(1 << 16, file);
        let (mut bytes, mut line) = (Vec::new(), 0_u64);
        let progress = feed::progress();
        while file.read_until(b'\n', &mut bytes).with_context(shown)? > 0 {
            line += 1;
            progress.inc(1);
            if !bytes.trim_ascii().is_empty() {
                self.event(&bytes, || format!("{}:{line}", path.display()));
            }
            bytes.clear();
        }
        progress.finish_and_clear();
        Ok(())
    }

    /// Takes the events that the files of a source become.
    fn mapped(&mut self, source: &medloop_dsl::sources::Source, paths: &[PathBuf]) -> Result<()> {
        let mut tally = Tally::default();
        let progress = feed::progress();
        feed::read(source, paths, &|| progress.inc(1), &mut |item| {
            tally.count(&item);
            match &item {
                Item::Event { text, .. } => self.event(text.as_bytes(), || source.mapping.name.to_string()),
                Item::Faulty(faulty) if tally.shows() => say(feed::fault_line(faulty, self.lang)),
                _ => {}
            }
            Ok(())
        })?;
        progress.finish_and_clear();
        self.strange += tally.faulty();
        Ok(())
    }

    fn event(&mut self, text: &[u8], place: impl Fn() -> String) {
        let taken = match serde_json::from_slice(text) {
            Ok(value) => self.log.take(&value),
            Err(error) => Err(Words::new(format!("不是 JSON：{error}"), format!("it is no JSON: {error}"))),
        };
        if let Err(words) = taken {
            self.strange += 1;
            if self.strange <= SHOWN {
                say(format_args!("{}: {}", place(), words.get(self.lang)));
            }
        }
    }
}

/// Refuses a folder that holds something: what people wrote is not written over.
fn fresh(folder: &Path) -> Result<()> {
    let empty = |f: &Path| f.read_dir().is_ok_and(|mut entries| entries.next().is_none());
    if folder.exists() && !empty(folder) {
        bail!("文件夹不是空的 / the folder is not empty: {}", folder.display());
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    let shown = || path.display().to_string();
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).with_context(shown)?;
    }
    std::fs::write(path, text).with_context(shown)
}

fn field(word: &str) -> std::result::Result<FieldCode, String> {
    FieldCode::parse(word).map_err(|e| e.to_string())
}

fn code(word: &str) -> std::result::Result<LoopCode, String> {
    let keyword = medloop_dsl::lexicon::keyword(word).is_some();
    LoopCode::parse(word)
        .map_err(|e| e.to_string())
        .and_then(|code| if keyword { Err(format!("{word} 是关键字 is a keyword")) } else { Ok(code) })
}

fn share(word: &str) -> std::result::Result<f64, String> {
    let number: f64 = word.parse().map_err(|_| format!("{word}: 0 … 0.99"))?;
    if (0.0..1.0).contains(&number) { Ok(number) } else { Err(format!("{word}: 0 … 0.99")) }
}
