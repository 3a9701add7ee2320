//! `medloop graph`: draws the state graphs of loops.

use super::{FINDINGS, say};
use crate::definitions;
use crate::feed;
use anyhow::Context;
use medloop_dsl::diagnostic::{Lang, Severity, Sources, render};
use medloop_dsl::library;
use medloop_engine::{net, picture, words};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// 画出闭环的状态图。Draws the state graphs of loops.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// 文件或文件夹。Files or folders
    #[arg(value_name = "PATH", default_value = "loops")]
    paths: Vec<PathBuf>,
    /// 输出格式。What is written
    #[arg(long, value_enum, default_value_t = Format::Svg)]
    format: Format,
    /// 只画这一个，用编码或名称。Only this loop, by code or name
    #[arg(long = "loop", value_name = "LOOP")]
    only: Option<String>,
    /// 写入这个文件夹，每个闭环一个文件；否则写到标准输出。A file for each loop in this folder; standard output otherwise
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// 图和提示所用的语言。The language of pictures and words: zh or en
    #[arg(long, default_value = "zh", value_parser = feed::lang)]
    lang: Lang,
}

/// What is written.
#[derive(Copy, Clone, clap::ValueEnum)]
enum Format {
    /// A picture that browsers and word processors show
    Svg,
    /// A flowchart as text, which GitHub, GitLab and wikis draw
    Mermaid,
    /// BPMN 2.0 with its layout, for modelling tools
    Bpmn,
}

impl Format {
    /// What the names of its files end with.
    const fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Mermaid => "mmd",
            Self::Bpmn => "bpmn",
        }
    }
}

/// Runs it: pictures to standard output or files, mistakes to standard error.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let definitions = definitions::read(&args.paths)?;
    let lang = match args.lang {
        Lang::Zh => words::Lang::Zh,
        Lang::En => words::Lang::En,
    };
    let mut drawn: BTreeMap<String, String> = BTreeMap::new();
    let mut errors = 0;
    for texts in library::contexts(&definitions.texts).values() {
        let (library, found) = library::load(texts);
        let sources = Sources::new(texts.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        for mistake in found.iter().filter(|d| d.severity == Severity::Error && definitions.asked(&d.file)) {
            errors += 1;
            say(render(mistake, &sources, args.lang));
        }
        for file in library.files.iter().filter(|f| definitions.asked(&f.name)) {
            for written in &file.loops {
                let Some(def) = library.definition_of(written) else { continue };
                if args.only.as_ref().is_none_or(|o| *o == def.name || o == def.code.as_str()) {
                    let text = match args.format {
                        Format::Svg => picture::svg(def, lang),
                        Format::Mermaid => net::mermaid(def, lang),
                        Format::Bpmn => net::bpmn(def, lang),
                    };
                    drawn.insert(def.code.to_string(), text);
                }
            }
        }
    }
    if let Some(only) = args.only.filter(|_| drawn.is_empty() && errors == 0) {
        anyhow::bail!("没有闭环 {only} / there is no loop {only}");
    }
    match args.output {
        Some(folder) => {
            std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
            for (code, text) in &drawn {
                let file = folder.join(format!("{code}.{}", args.format.ending()));
                std::fs::write(&file, text).with_context(|| file.display().to_string())?;
                say(file.display());
            }
        }
        None if drawn.len() > 1 => {
            let codes: Vec<&str> = drawn.keys().map(String::as_str).collect();
            anyhow::bail!(
                "有 {} 个闭环，请用 --loop 选一个或用 -o 给出文件夹 / {} loops: choose one with --loop or a folder with -o ({})",
                drawn.len(),
                drawn.len(),
                codes.join(", ")
            );
        }
        None => {
            let mut out = super::bulk();
            for text in drawn.values() {
                super::pipe(out.write_all(text.as_bytes()))?;
            }
            super::pipe(out.flush())?;
        }
    }
    Ok(if errors > 0 { ExitCode::from(FINDINGS) } else { ExitCode::SUCCESS })
}
