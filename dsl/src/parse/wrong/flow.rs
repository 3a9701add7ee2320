//! What people write in a flow instead of `→`, `|`, `&`, `?` and `每个 F ( … )`.

use super::super::Rule;
use super::super::lex;
use super::{Finding, keyword, meant};
use crate::diagnostic::{Diagnostic, Span, Words};
use crate::say;

impl Finding<'_, '_> {
    pub(super) fn in_flow(&self) -> Option<Diagnostic> {
        if self.head() != Some("flow") {
            return None;
        }
        let (place, before) = self.before()?;
        if self.has(&[Rule::flow_op]) {
            return self.no_connection(place, before);
        }
        if self.has(&[Rule::k_count]) && self.has(&[Rule::open_paren]) {
            let message = say!("“每个 {before}”之后缺“(”", "`(` is missing behind `each {before}`");
            let help = say!("写成 每个 {before} ( … )", "write each {before} ( … )");
            return Some(self.error("E0111", self.span, message).help(help));
        }
        if crate::lexicon::keyword(before).is_some_and(|k| k.en == "each") {
            let message = say!("“每个”之后缺字段", "a field is missing behind `each`");
            let help = say!("写成 每个 血袋号 ( … )", "write each bag_no ( … )");
            return Some(self.error("E0111", place, message).help(help));
        }
        if self.has(&[Rule::flow_item, Rule::flow, Rule::each, Rule::flow_group]) {
            return self.no_node(place, before);
        }
        None
    }

    /// Behind a node there is something that connects nothing.
    fn no_connection(&self, place: Span, before: &str) -> Option<Diagnostic> {
        let (rest, written) = (self.rest(), &self.written);
        let help = connections();
        let none = |help: Words| {
            let message = say!("流程中没有“{written}”这种连接", "a flow has no `{written}` between nodes");
            Some(self.error("E0401", self.span, message).help(help))
        };
        if let Some(and @ ("and" | "or")) = keyword(rest) {
            let sign = if and == "and" { "&" } else { "|" };
            return none(say!("写“{sign}”", "write `{sign}`"));
        }
        if rest.starts_with(['=', '<', '>', '-', ':']) {
            return none(help);
        }
        if let Some((inside, end)) = bracketed(rest) {
            if meant::is_optional(inside) {
                let span = self.span.to(self.builder.joined.span(self.at, self.at + end));
                let message = say!("可省的环节不这样写", "a node that may be left out is not written so");
                let help = say!("写成 {before}?", "write {before}?");
                return Some(self.error("E0401", place.to(span), message).help(help));
            }
            let message = say!("“{before}”与“(”之间缺连接", "nothing connects `{before}` and `(`");
            return Some(self.error("E0401", self.span, message).help(help));
        }
        if self.is_word() && meant::is_then(written) {
            return none(help);
        }
        if matches!(before, "每" | "各" | "every") && self.is_word() {
            let message = say!("“{before}”不是关键字", "`{before}` is not the keyword here");
            let diagnostic = self.error("E0111", place, message);
            return Some(
                diagnostic.nearest(Some(if before == "every" { "each" } else { "每个" }.to_owned())),
            );
        }
        if self.is_word() && !self.begins_line() {
            let message =
                say!("“{before}”与“{written}”之间缺连接", "nothing connects `{before}` and `{written}`");
            return Some(self.error("E0401", self.span, message).help(help));
        }
        None
    }

    /// Where a node should stand there is none.
    fn no_node(&self, place: Span, before: &str) -> Option<Diagnostic> {
        let (rest, written) = (self.rest(), &self.written);
        let connects = rest.starts_with(['|', '&', ',']) || rest.starts_with("->");
        if connects && crate::lexicon::keyword(before).is_some_and(|k| k.en == "flow") {
            let message = say!("“{written}”之前缺环节", "a node is missing before `{written}`");
            let help = say!("流程从第一个环节写起", "a flow begins with its first node");
            return Some(self.error("E0111", self.span, message).help(help));
        }
        if connects {
            let message = say!(
                "“{before}”与“{written}”之间缺环节",
                "a node is missing between `{before}` and `{written}`"
            );
            return Some(
                self.error("E0111", place.to(self.span), message)
                    .help(say!("删去一个，或补上环节", "delete one of them, or put the node in")),
            );
        }
        if rest.starts_with([')', '}']) || rest.is_empty() || self.begins_line() {
            let message = say!("“{before}”之后缺环节", "a node is missing behind `{before}`");
            let help = say!("补上环节，或删去“{before}”", "put the node in, or delete `{before}`");
            return Some(self.error("E0111", place, message).help(help));
        }
        if let Some((inside, end)) =
            rest.strip_prefix('[').and_then(|r| r.split_once(']')).map(|(i, _)| (i, i.len() + 2))
        {
            let span = self.span.to(self.builder.joined.span(self.at, self.at + end));
            let inside = inside.trim();
            let message = say!("流程中不写“[ ]”", "a flow has no `[ ]`");
            let help = say!(
                "可省的写“{inside}?”，几个环节一组写“( … )”",
                "what may be left out is `{inside}?`, a group stands in `( … )`"
            );
            return Some(self.error("E0401", span, message).help(help));
        }
        None
    }
}

fn connections() -> Words {
    say!(
        "先后写“→”，只做其一写“|”，都做而不分先后写“&”",
        "one after the other is `→`, one of them `|`, all in any order `&`"
    )
}

/// What stands in a pair of brackets at the beginning, and how many bytes the pair takes.
fn bracketed(text: &str) -> Option<(&str, usize)> {
    let close = match text.chars().next().map(lex::plain)? {
        '(' => ')',
        '[' => ']',
        _ => return None,
    };
    let end = text.find(close)?;
    Some((text.get(1..end)?.trim(), end + 1))
}
