//! What differs, as Markdown for a merge request.

use super::{Change, Difference, Effect, Version};
use crate::diagnostic::{Lang, Sources};

/// The whole difference. `sources` are the texts of the new folder: what stands in them is told with its line.
#[must_use]
pub fn markdown(difference: &Difference, sources: &Sources, lang: Lang) -> String {
    let pick = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
    let Difference { changes, loops } = difference;
    let mut out = format!("## {}\n\n", pick("定义的变化", "What changes in the definitions"));
    if changes.is_empty() {
        out.push_str(pick("没有语义差异。\n", "No semantic difference.\n"));
        let names: Vec<&str> = loops.iter().map(|v| v.name.as_str()).collect();
        if !names.is_empty() {
            out.push_str(pick("\n只是写法或次序不同：", "\nOnly written, or ordered, otherwise: "));
            out.push_str(&format!("{}\n", names.join(pick("、", ", "))));
        }
        return out;
    }
    out.push_str(&numbers(changes, lang));
    for version in loops {
        let own: Vec<&Change> = changes.iter().filter(|c| c.of.as_ref() == Some(&version.code)).collect();
        out.push_str(&format!("### {} `{}`\n\n", version.name, version.code));
        if own.is_empty() {
            out.push_str(pick("- 因所用的 YAML 而变，见下\n", "- another by the YAML it uses, see below\n"));
        }
        list(&mut out, &own, sources, lang);
        flows(&mut out, version, lang);
        out.push('\n');
    }
    // Tests alone do not change a definition.
    let mut codes: Vec<&String> = changes.iter().filter_map(|c| c.of.as_ref()).collect();
    codes.dedup();
    for code in codes.into_iter().filter(|code| loops.iter().all(|v| v.code != **code)) {
        let own: Vec<&Change> = changes.iter().filter(|c| c.of.as_ref() == Some(code)).collect();
        out.push_str(&format!("### `{code}`\n\n"));
        list(&mut out, &own, sources, lang);
        out.push('\n');
    }
    let beside: Vec<&Change> = changes.iter().filter(|c| c.of.is_none()).collect();
    if !beside.is_empty() {
        out.push_str("### YAML\n\n");
        list(&mut out, &beside, sources, lang);
        out.push_str(pick(
            "\n目录、来源与人员的变化在启用后对所有新到的事件生效。\n\n",
            "\nWhat the catalogue, sources and staff say counts for every event that arrives once this is published.\n\n",
        ));
    }
    if !loops.is_empty() {
        out.push_str(&format!("### {}\n\n", pick("在途实例", "Running instances")));
        for version in loops {
            let words = version.instances();
            out.push_str(&format!(
                "- {} `{}`{}{}\n",
                version.name,
                version.code,
                pick("：", ": "),
                words.get(lang)
            ));
        }
    }
    out
}

fn numbers(changes: &[Change], lang: Lang) -> String {
    let all = [Effect::Looser, Effect::Removed, Effect::Stricter, Effect::Added, Effect::Changed];
    let parts = all.into_iter().filter_map(|effect| {
        let n = changes.iter().filter(|c| c.effect == effect).count();
        let (zh, en) = effect.word();
        (n > 0).then(|| if lang == Lang::Zh { format!("{zh} {n}") } else { format!("{n} {en}") })
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { String::new() } else { format!("{}\n\n", parts.join(" · ")) }
}

fn list(out: &mut String, changes: &[&Change], sources: &Sources, lang: Lang) {
    for change in changes {
        let (zh, en) = change.effect.word();
        let word = if lang == Lang::Zh { zh } else { en };
        let source = sources.get(&change.place.file).filter(|_| !change.place.old);
        let place = source.map_or_else(String::new, |s| {
            format!(" ({}:{})", change.place.file, s.position(change.place.span.start).line)
        });
        // A line end or a pipe of a text must not break the list.
        let words = change.words.get(lang).replace(['\n', '\r'], " ");
        out.push_str(&format!("- **{word}** {words}{place}\n"));
    }
}

fn flows(out: &mut String, version: &Version, lang: Lang) {
    let Some((was, is)) = &version.flows else { return };
    let title = if lang == Lang::Zh { "流程" } else { "Flow" };
    out.push_str(&format!(
        "\n<details><summary>{title}</summary>\n\n```diff\n- {}\n+ {}\n```\n\n</details>\n",
        was.get(lang),
        is.get(lang)
    ));
}
