//! `medloop check`: finds the mistakes of definitions before anything runs.

use super::{FINDINGS, data, explain, machine, say};
use crate::definitions;
use crate::feed;
use medloop_dsl::diagnostic::{Diagnostic, Lang, Severity, Sources, render, to_json_list};
use medloop_dsl::library;
use medloop_engine::time::{Instant, Zone};
use medloop_engine::words::counted;
use std::path::PathBuf;
use std::process::ExitCode;

/// 检查闭环与 YAML。Finds every mistake of loops and YAML: file, line, column, the nearest right name.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// 文件或文件夹。Files or folders
    #[arg(value_name = "PATH", default_value = "loops")]
    paths: Vec<PathBuf>,
    /// 输出格式。What the output is for
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// 另外列出由各时限推出的上限。Lists the limits that follow from others as well
    #[arg(long)]
    hints: bool,
    /// 提示所用的语言。The language of words: zh or en
    #[arg(long, default_value = "zh", value_parser = feed::lang)]
    lang: Lang,
}

/// For whom the output is.
#[derive(Copy, Clone, clap::ValueEnum)]
enum Format {
    /// 给人看。For people
    Text,
    /// One JSON array
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// A code quality report of GitLab
    Gitlab,
}

/// Runs it: mistakes to standard output, their number to standard error.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let definitions = definitions::read(&args.paths)?;
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut loops = 0;
    for texts in library::contexts(&definitions.texts).values() {
        let (library, mistakes) = library::load(texts);
        loops += library.files.iter().flat_map(|f| &f.loops).filter(|l| !l.fragment).count();
        let remarks = library.remarks(&years());
        let hints = if args.hints { library.hints() } else { Vec::new() };
        let all = mistakes.into_iter().chain(remarks).chain(hints);
        found.extend(all.filter(|d| definitions.asked(&d.file)));
    }
    let sources = Sources::new(definitions.texts.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    print(&found, &sources, args.format, args.lang)?;
    if matches!(args.format, Format::Text) {
        explain::hint(&found, args.lang);
    }
    let count = |severity| found.iter().filter(|d| d.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let files = definitions.texts.keys().filter(|f| definitions.asked(f)).count();
    say(match args.lang {
        Lang::Zh => format!("{files} 个文件，{loops} 个闭环：{errors} 个错误，{warnings} 个警告"),
        Lang::En => {
            let (files, loops) = (counted(files, "file"), counted(loops, "loop"));
            format!("{files}, {loops}: {}, {}", counted(errors, "error"), counted(warnings, "warning"))
        }
    });
    Ok(if errors > 0 { ExitCode::from(FINDINGS) } else { ExitCode::SUCCESS })
}

/// This year, and the next once it is near: holidays are made known before it begins.
pub(super) fn years() -> Vec<i32> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let micros = i64::try_from(now.as_micros()).unwrap_or(0);
    let today = Zone::fixed("UTC", 0).civil(Instant(micros));
    if today.month == 12 { vec![today.year, today.year + 1] } else { vec![today.year] }
}

fn print(found: &[Diagnostic], sources: &Sources, format: Format, lang: Lang) -> std::io::Result<()> {
    match format {
        Format::Json => data(to_json_list(found, sources)),
        Format::Sarif => data(machine::sarif(found, sources, lang)),
        Format::Gitlab => data(machine::gitlab(found, sources, lang)),
        Format::Text => found.iter().try_for_each(|d| data(render(d, sources, lang))),
        Format::Github => found.iter().try_for_each(|d| data(machine::annotation(d, sources, lang))),
    }
}
