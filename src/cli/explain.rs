//! `medloop explain`: what a code of a message means, with an example that has the mistake and one that has not.

use super::{WRONG_USE, data, say};
use crate::feed;
use medloop_dsl::diagnostic::{Diagnostic, Lang, nearest};
use medloop_dsl::explain;
use std::collections::BTreeSet;
use std::process::ExitCode;

/// 说明提示里的代码，如 E0104；不写代码则列出全部。Explains the code of a message, such as E0104; without one lists them all.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// 提示里的代码。The code of a message
    code: Option<String>,
    /// 说明所用的语言。The language of words: zh or en
    #[arg(long, default_value = "zh", value_parser = feed::lang)]
    lang: Lang,
}

/// Runs it: the page, or the list, to standard output.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Some(code) = args.code else {
        data(explain::list(args.lang).trim_end())?;
        return Ok(ExitCode::SUCCESS);
    };
    if let Some(page) = explain::page(&code) {
        data(page.told(args.lang).trim_end())?;
        return Ok(ExitCode::SUCCESS);
    }
    let near = nearest(&code.to_uppercase(), explain::pages().into_keys());
    say(match (args.lang, near) {
        (Lang::Zh, Some(near)) => format!("没有代码“{code}”，是不是“{near}”？medloop explain 列出全部"),
        (Lang::Zh, None) => format!("没有代码“{code}”；medloop explain 列出全部"),
        (Lang::En, Some(near)) => {
            format!("there is no code `{code}`: did you mean `{near}`? `medloop explain` lists them all")
        }
        (Lang::En, None) => format!("there is no code `{code}`; `medloop explain` lists them all"),
    });
    Ok(ExitCode::from(WRONG_USE))
}

/// After messages: how to have their codes explained. Nothing without messages.
pub(super) fn hint<'a>(found: impl IntoIterator<Item = &'a Diagnostic>, lang: Lang) {
    let codes: BTreeSet<&str> = found.into_iter().map(|d| d.code).collect();
    let mut codes = codes.into_iter();
    let Some(first) = codes.next() else { return };
    let others: Vec<&str> = codes.collect();
    let (zh, en) = if others.is_empty() {
        (String::new(), String::new())
    } else {
        let most: Vec<&str> = others.iter().copied().take(8).collect();
        let more = if most.len() < others.len() { "…" } else { "" };
        (format!("（另有 {}{more}）", most.join("、")), format!(" (also {}{more})", most.join(", ")))
    };
    say(match lang {
        Lang::Zh => format!("逐条说明：medloop explain {first}{zh}"),
        Lang::En => format!("To have a code explained: medloop explain {first}{en}"),
    });
}
