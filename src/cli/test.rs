//! `medloop test`: runs the tests that loops carry, each in its own and in many random orders of arrival.

use super::{FINDINGS, data, explain, say};
use crate::definitions;
use crate::feed;
use medloop_dsl::diagnostic::{Lang, Sources, render, to_json_list};
use medloop_dsl::library;
use medloop_dsl::testing::{self, Options, Outcome};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;

/// 运行闭环里的测试。Runs the tests of loops, each in many random orders of arrival with duplicates.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// 文件或文件夹。Files or folders
    #[arg(value_name = "PATH", default_value = "loops")]
    paths: Vec<PathBuf>,
    /// 每个测试另以多少种随机顺序到达。How many random orders of arrival each test runs in
    #[arg(long, value_name = "N", default_value_t = 50)]
    orders: u32,
    /// 随机顺序的种子。Where the random orders begin
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// 也列出没有测试用到的环节与规则。Also lists nodes and rules that no test exercises
    #[arg(long)]
    coverage: bool,
    /// 输出格式。What the output is for
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
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
    /// Annotations of GitHub Actions
    Github,
    /// JUnit XML
    Junit,
}

/// Runs it: outcomes to standard output, their number to standard error.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let definitions = definitions::read(&args.paths)?;
    let sources = Sources::new(definitions.texts.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    let options = Options { orders: args.orders, seed: args.seed };
    let mut outcomes = Vec::new();
    let mut left_out = Vec::new();
    for texts in library::contexts(&definitions.texts).values() {
        let (library, mistakes) = library::load(texts);
        let mut errors = mistakes.iter().filter(|d| d.is_error()).peekable();
        if errors.peek().is_some() {
            // What does not compile cannot be tested; the words are those of `check`.
            let errors: Vec<_> = errors.collect();
            errors.iter().for_each(|d| say(render(d, &sources, args.lang)));
            explain::hint(errors, args.lang);
            return Ok(ExitCode::from(FINDINGS));
        }
        if args.coverage {
            let all = testing::coverage(&library.files);
            left_out.extend(all.into_iter().filter(|d| definitions.asked(&d.file)));
        }
        for (file, test, definition) in library.tests().filter(|(file, ..)| definitions.asked(file)) {
            outcomes.push(testing::run(file, test, &library.catalogue, definition, options));
        }
    }
    left_out.iter().for_each(|d| say(render(d, &sources, args.lang)));
    print(&outcomes, &sources, args.format, args.lang)?;
    if matches!(args.format, Format::Text) {
        explain::hint(outcomes.iter().flat_map(|o| &o.failures).chain(&left_out), args.lang);
    }
    let failed = outcomes.iter().filter(|o| !o.failures.is_empty()).count();
    let passed = outcomes.len() - failed;
    let orders: u32 = outcomes.iter().map(|o| o.orders).sum();
    say(match args.lang {
        Lang::Zh => format!("{passed} 个测试通过，{failed} 个失败；另以 {orders} 种随机顺序到达"),
        Lang::En => {
            format!("{passed} tests passed, {failed} failed; also in {orders} random orders of arrival")
        }
    });
    Ok(if failed > 0 { ExitCode::from(FINDINGS) } else { ExitCode::SUCCESS })
}

fn print(outcomes: &[Outcome], sources: &Sources, format: Format, lang: Lang) -> std::io::Result<()> {
    match format {
        Format::Text => outcomes.iter().try_for_each(|o| text(o, sources, lang)),
        Format::Json => data(Value::Array(outcomes.iter().map(|o| to_json(o, sources)).collect())),
        Format::Github => outcomes
            .iter()
            .flat_map(|o| &o.failures)
            .try_for_each(|d| data(super::check::annotation(d, sources, lang))),
        Format::Junit => data(junit(outcomes, sources, lang)),
    }
}

fn text(outcome: &Outcome, sources: &Sources, lang: Lang) -> std::io::Result<()> {
    let (mark, of, title) =
        (if outcome.failures.is_empty() { "✓" } else { "✗" }, &outcome.of, &outcome.title);
    data(format_args!("{mark} {of}  {title}"))?;
    outcome.failures.iter().try_for_each(|d| data(render(d, sources, lang)))
}

fn to_json(outcome: &Outcome, sources: &Sources) -> Value {
    let line = sources.get(&outcome.file).map(|s| s.position(outcome.span.start).line);
    json!({
        "file": outcome.file, "line": line, "loop": outcome.of, "title": outcome.title,
        "passed": outcome.failures.is_empty(), "expectations": outcome.expectations, "orders": outcome.orders,
        "failures": to_json_list(&outcome.failures, sources),
    })
}

fn junit(outcomes: &[Outcome], sources: &Sources, lang: Lang) -> String {
    let failed = outcomes.iter().filter(|o| !o.failures.is_empty()).count();
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{}\" failures=\"{failed}\">\n  <testsuite name=\"medloop\" tests=\"{}\" failures=\"{failed}\">\n",
        outcomes.len(),
        outcomes.len()
    );
    for outcome in outcomes {
        let (of, title, file) = (escape(&outcome.of), escape(&outcome.title), escape(&outcome.file));
        xml.push_str(&format!("    <testcase classname=\"{of}\" name=\"{title}\" file=\"{file}\">"));
        for d in &outcome.failures {
            let (message, whole) = (escape(d.message.get(lang)), escape(&render(d, sources, lang)));
            xml.push_str(&format!("<failure message=\"{message}\">{whole}</failure>"));
        }
        xml.push_str("</testcase>\n");
    }
    xml.push_str("  </testsuite>\n</testsuites>");
    xml
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
