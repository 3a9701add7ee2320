//! `medloop test`: runs the tests that loops carry, each in its own and in many random orders of arrival, and says what they leave out.

mod coverage;
mod mutate;
mod print;

use super::{FINDINGS, explain, say};
use crate::definitions;
use crate::feed;
use medloop_dsl::diagnostic::{Lang, Sources, Words, render};
use medloop_dsl::library;
use medloop_dsl::testing::{self, Options, Outcome, Point};
use medloop_engine::words::counted;
use std::path::PathBuf;
use std::process::ExitCode;

/// 运行闭环里的测试。Runs the tests of loops, each in many random orders of arrival with duplicates.
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("asked").multiple(true))]
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
    #[arg(long, group = "asked")]
    coverage: bool,
    /// 也把闭环改动一小处再测，说出没有测试发觉的改动。Also changes the loops in small ways and says which changes no test notices
    #[arg(long, group = "asked")]
    mutate: bool,
    /// 最多改动这么多处，按种子抽取。At most so many changes, chosen by the seed
    #[arg(long, value_name = "N", requires = "mutate")]
    limit: Option<usize>,
    /// 走到或发觉的不到百分之几就算失败。Fails when tests show, or notice, less than this percentage
    #[arg(long, value_name = "PERCENT", requires = "asked", value_parser = clap::value_parser!(u8).range(0..=100))]
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
    /// One JSON array; an object of `tests`, `coverage` and `mutants` where these are asked for
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
    /// Where it was asked for.
    mutated: Option<mutate::Mutated>,
    /// The least percentage of points that must be covered, and of mutants that must be noticed.
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
    let mutated = args.mutate.then(mutate::Mutated::default);
    let (min, lang) = (args.min, args.lang);
    let mut report = Report { outcomes: Vec::new(), points, mutated, min, sources: &sources, lang };
    let mut left = args.limit;
    for texts in library::contexts(&definitions.texts).values() {
        let (library, mistakes) = library::load(texts);
        let mut errors = mistakes.iter().filter(|d| d.is_error()).peekable();
        if errors.peek().is_some() {
            // What does not compile cannot be tested; the words are those of `check`.
            let errors: Vec<_> = errors.collect();
            errors.iter().for_each(|d| say(render(d, &sources, args.lang)));
            let count = errors.len();
            explain::hint(errors, args.lang);
            say(match args.lang {
                Lang::Zh => format!("没有运行测试：先改好 {count} 个错误"),
                Lang::En => format!("no test was run: mend the errors first ({count})"),
            });
            return Ok(ExitCode::from(FINDINGS));
        }
        for (file, test, definition) in library.tests().filter(|(file, ..)| definitions.asked(file)) {
            report.outcomes.push(testing::run(file, test, &library.catalogue, definition, options));
        }
        if let Some(points) = &mut report.points {
            points.extend(testing::coverage(&library).into_iter().filter(|p| definitions.asked(&p.file)));
        }
        // Tests that fail as it is cannot tell a change.
        let sound = report.outcomes.iter().all(|o| o.failures.is_empty());
        if let Some(mutated) = report.mutated.as_mut().filter(|_| sound) {
            let more = mutate::run(&library, |file| definitions.asked(file), left, args.seed);
            left = left.map(|left| left.saturating_sub(more.telling));
            mutated.telling += more.telling;
            mutated.unnoticed.extend(more.unnoticed);
        }
    }
    print::print(&report, args.format)?;
    if matches!(args.format, Format::Text) {
        explain::hint(report.outcomes.iter().flat_map(|o| &o.failures), args.lang);
    }
    let failed = report.outcomes.iter().filter(|o| !o.failures.is_empty()).count();
    let passed = report.outcomes.len() - failed;
    let orders: u32 = report.outcomes.iter().map(|o| o.orders).sum();
    say(match args.lang {
        Lang::Zh => format!("{passed} 个测试通过，{failed} 个失败；另以 {orders} 种随机顺序到达"),
        Lang::En => {
            let (passed, orders) = (counted(passed, "test"), counted(orders, "random order"));
            format!("{passed} passed, {failed} failed; also in {orders} of arrival")
        }
    });
    let shown = coverage::say_numbers(&report);
    let noticed = mutate::say_numbers(&report);
    Ok(if failed > 0 || !shown || !noticed { ExitCode::from(FINDINGS) } else { ExitCode::SUCCESS })
}

/// Adds that a share is less than what was asked for.
fn too_little(words: &mut Words, min: Option<u8>) {
    if let Some(min) = min {
        words.zh.push_str(&format!("，低于要求的 {min}%"));
        words.en.push_str(&format!(", less than the {min}% that were asked for"));
    }
}
