//! `medloop fmt`: brings loop files to their one layout.

use super::{FINDINGS, data, explain, say};
use crate::definitions;
use crate::feed;
use anyhow::Context;
use medloop_dsl::diagnostic::{Lang, Sources, render_all};
use medloop_dsl::format::format;
use medloop_engine::words::counted;
use std::path::PathBuf;
use std::process::ExitCode;

/// 统一 .loop 文件的排版，注释不动。Brings loop files to their one layout; comments stay.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// 文件或文件夹。Files or folders
    #[arg(value_name = "PATH", default_value = "loops")]
    paths: Vec<PathBuf>,
    /// 只检查，不改动：列出会变的文件，有则以 1 结束。Changes nothing: names the files that would change, and ends in 1 when there are any
    #[arg(long)]
    check: bool,
    /// 关键字改用中文或英文：zh 或 en。Keywords in one language: zh or en
    #[arg(long, value_name = "LANG", value_parser = feed::lang)]
    keywords: Option<Lang>,
    /// 提示所用的语言。The language of words: zh or en
    #[arg(long, default_value = "zh", value_parser = feed::lang)]
    lang: Lang,
}

/// Runs it: names of changed files to standard output, mistakes and numbers to standard error.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let definitions = definitions::read(&args.paths)?;
    let loops =
        definitions.texts.iter().filter(|(name, _)| name.ends_with(".loop") && definitions.asked(name));
    let (mut changed, mut same, mut broken) = (0, 0, 0);
    for (name, text) in loops {
        match format(name, text, args.keywords) {
            Ok(new) if new == *text => same += 1,
            Ok(new) => {
                changed += 1;
                if !args.check {
                    std::fs::write(name, new).with_context(|| name.clone())?;
                }
                data(name)?;
            }
            Err(found) => {
                broken += 1;
                let sources = Sources::new([(name.as_str(), text.as_str())]);
                say(render_all(&found, &sources, args.lang));
                explain::hint(&found, args.lang);
            }
        }
    }
    say(match (args.lang, args.check) {
        (Lang::Zh, true) => format!("{changed} 个文件需要排版，{same} 个已排好，{broken} 个读不懂"),
        (Lang::Zh, false) => format!("排版 {changed} 个文件，{same} 个未变，{broken} 个读不懂"),
        (Lang::En, true) => {
            let files = counted(changed, "file");
            format!("{files} to format, {same} in order, {broken} unreadable")
        }
        (Lang::En, false) => {
            format!("{} formatted, {same} unchanged, {broken} unreadable", counted(changed, "file"))
        }
    });
    let found = broken > 0 || args.check && changed > 0;
    Ok(if found { ExitCode::from(FINDINGS) } else { ExitCode::SUCCESS })
}
