//! `medloop test`: runs the tests that loops carry, each in its own and in many random orders of arrival, and says what they leave out.

mod coverage;
mod print;

use super::{FINDINGS, say};
use crate::definitions;
use crate::feed;
use medloop_dsl::diagnostic::{Lang, Sources, render};
use medloop_dsl::library;
use medloop_dsl::testing::{self, Options, Outcome, Point};
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
    /// 也说出测试没有走到的：环节、分支、规则的结论、时限、必填。Also says which nodes, branches, verdicts, limits and fields no test shows
    #[arg(long)]
    coverage: bool,
    /// 覆盖不到百分之几就算失败。Fails below this percentage of what should be shown
    #[arg(long, value_name = "PERCENT", requires = "coverage", value_parser = clap::value_parser!(u8).range(0..=100))]
    min: Option<u8>,
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
    /// One JSON array; an object of `tests` and `coverage` where that is asked for
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// JUnit XML
    Junit,
}

/// What is printed, and for whom.
struct Report<'a> {
    outcomes: Vec<Outcome>,
    /// Where it was asked for.
    points: Option<Vec<Point>>,
    /// The least percentage of points that must be covered.
    min: Option<u8>,
    sources: &'a Sources,
    lang: Lang,
}

/// Runs it: outcomes to standard output, their number to standard error.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let definitions = definitions::read(&args.paths)?;
    let sources = Sources::new(definitions.texts.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    let options = Options { orders: args.orders, seed: args.seed };
    let points = args.coverage.then(Vec::new);
    let mut report =
        Report { outcomes: Vec::new(), points, min: args.min, sources: &sources, lang: args.lang };
    for texts in library::contexts(&definitions.texts).values() {
        let (library, mistakes) = library::load(texts);
        let mut errors = mistakes.iter().filter(|d| d.is_error()).peekable();
        if errors.peek().is_some() {
            // What does not compile cannot be tested; the words are those of `check`.
            errors.for_each(|d| say(render(d, &sources, args.lang)));
            return Ok(ExitCode::from(FINDINGS));
        }
        for (file, test, definition) in library.tests().filter(|(file, ..)| definitions.asked(file)) {
            report.outcomes.push(testing::run(file, test, &library.catalogue, definition, options));
        }
        if let Some(points) = &mut report.points {
            points.extend(testing::coverage(&library).into_iter().filter(|p| definitions.asked(&p.file)));
        }
    }
    print::print(&report, args.format)?;
    let failed = report.outcomes.iter().filter(|o| !o.failures.is_empty()).count();
    let passed = report.outcomes.len() - failed;
    let orders: u32 = report.outcomes.iter().map(|o| o.orders).sum();
    say(match args.lang {
        Lang::Zh => format!("{passed} 个测试通过，{failed} 个失败；另以 {orders} 种随机顺序到达"),
        Lang::En => {
            format!("{passed} tests passed, {failed} failed; also in {orders} random orders of arrival")
        }
    });
    let enough = coverage::say_numbers(&report);
    Ok(if failed > 0 || !enough { ExitCode::from(FINDINGS) } else { ExitCode::SUCCESS })
}
