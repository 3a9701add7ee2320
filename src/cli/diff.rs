//! `medloop diff`: says in words what a change of definitions means.

use super::{FINDINGS, data, machine, say};
use crate::definitions;
use crate::feed;
use crate::revision;
use anyhow::bail;
use medloop_dsl::diagnostic::{Diagnostic, Lang, Severity, Sources, render, to_json};
use medloop_dsl::diff::{Change, Difference, Folder, diff, markdown};
use medloop_dsl::library::{self, Library};
use medloop_engine::words::counted;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

/// 用话说出两版定义的差别。Says in words what differs between two versions of the definitions.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// 旧的：文件夹，或 git 版本，如 main 或 v1.2:loops。The old one: a folder, or a git revision such as main or v1.2:loops
    old: String,
    /// 新的，同上。The new one, likewise
    #[arg(default_value = "loops")]
    new: String,
    /// 输出格式。What the output is for
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
    /// 有差别就以 1 结束。Ends in 1 when something differs
    #[arg(long)]
    exit_code: bool,
    /// 提示所用的语言。The language of words: zh or en
    #[arg(long, default_value = "zh", value_parser = feed::lang)]
    lang: Lang,
}

/// For whom the output is.
#[derive(Copy, Clone, clap::ValueEnum)]
enum Format {
    /// 给人看，也可贴进合并请求。For people, and for a merge request
    Markdown,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// A code quality report of GitLab
    Gitlab,
}

/// Runs it: the difference to standard output, its size to standard error.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let (old, new) = (Side::open(&args.old)?, Side::open(&args.new)?);
    let mut sound = true;
    for (side, named, zh, en) in
        [(&old, &args.old, "旧版", "the old one"), (&new, &args.new, "新版", "the new one")]
    {
        if side.found.iter().any(Diagnostic::is_error) {
            say(match args.lang {
                Lang::Zh => format!("{zh} {named} 有错误，无法比较："),
                Lang::En => format!("{en}, {named}, has errors and cannot be compared:"),
            });
        }
        let sources = Sources::new(side.texts.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        for mistake in side.found.iter().filter(|d| d.is_error()) {
            sound = false;
            say(render(mistake, &sources, args.lang));
        }
    }
    if !sound {
        // What does not compile says nothing that could be compared.
        return Ok(ExitCode::from(FINDINGS));
    }
    let difference = diff(old.folder(), new.folder());
    let sources = Sources::new(new.texts.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    print(&difference, &sources, args.format, args.lang)?;
    let (changes, loops) = (difference.changes.len(), difference.loops.len());
    say(match args.lang {
        Lang::Zh => format!("{changes} 处差别，{loops} 个闭环的定义变了"),
        Lang::En => {
            let have = if loops == 1 { "has" } else { "have" };
            let (changes, loops) = (counted(changes, "difference"), counted(loops, "loop"));
            format!("{changes}, {loops} {have} another definition")
        }
    });
    let differs = changes > 0 || loops > 0;
    Ok(if differs && args.exit_code { ExitCode::from(FINDINGS) } else { ExitCode::SUCCESS })
}

/// One of the two folders.
struct Side {
    texts: BTreeMap<String, String>,
    /// The folder of its `hospital.yaml`, with its `/`.
    root: String,
    library: Library,
    found: Vec<Diagnostic>,
}

impl Side {
    /// A folder of this machine if there is one of that name, else a revision.
    fn open(name: &str) -> anyhow::Result<Self> {
        let path = Path::new(name);
        let texts = if path.exists() {
            definitions::read(&[path.to_path_buf()])?.texts
        } else {
            revision::read(name)?
        };
        let mut contexts = library::contexts(&texts)
            .into_iter()
            .filter(|(_, texts)| texts.keys().any(|k| k.ends_with("hospital.yaml")));
        let Some((root, texts)) = contexts.next() else {
            bail!("{name} 里没有 hospital.yaml / there is no hospital.yaml in {name}");
        };
        if let Some((other, _)) = contexts.next() {
            bail!(
                "{name} 里不止一个 hospital.yaml，请指明一个 / several in {name}, name one: {root} {other}"
            );
        }
        let (library, found) = library::load(&texts);
        Ok(Self { texts, root, library, found })
    }

    fn folder(&self) -> Folder<'_> {
        Folder { library: &self.library, texts: &self.texts, root: &self.root }
    }
}

fn print(difference: &Difference, sources: &Sources, format: Format, lang: Lang) -> std::io::Result<()> {
    // What is gone has no place in the new files: it is told at the first line of the file, if that is still there.
    let told = || -> Vec<Diagnostic> { difference.changes.iter().map(|c| placed(c, sources)).collect() };
    match format {
        Format::Markdown => data(markdown(difference, sources, lang).trim_end()),
        Format::Json => data(to_json_whole(difference, sources)),
        Format::Sarif => data(machine::sarif(&told(), sources, lang)),
        Format::Gitlab => data(machine::gitlab(&told(), sources, lang)),
        Format::Github => told().iter().try_for_each(|d| data(machine::annotation(d, sources, lang))),
    }
}

fn placed(change: &Change, sources: &Sources) -> Diagnostic {
    let mut told = change.diagnostic();
    if change.place.old {
        told.span = medloop_dsl::diagnostic::Span::at(0);
        if sources.get(&told.file).is_none() {
            told.severity = Severity::Note;
        }
    }
    told
}

fn to_json_whole(difference: &Difference, sources: &Sources) -> Value {
    let changes = difference.changes.iter().map(|c| {
        let place = if c.place.old { None } else { Some(to_json(&c.diagnostic(), sources)) };
        json!({
            "loop": c.of, "effect": c.effect.word().1, "message": c.words, "file": c.place.file,
            "line": place.and_then(|p| p.pointer("/range/start/line").cloned()), "old": c.place.old,
        })
    });
    let loops = difference.loops.iter().map(
        |v| json!({ "loop": v.code, "name": v.name, "old": v.old, "new": v.new, "instances": v.instances() }),
    );
    json!({ "changes": changes.collect::<Vec<_>>(), "loops": loops.collect::<Vec<_>>() })
}
