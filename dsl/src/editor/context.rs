//! What surrounds a place in a text that may be half written: the blocks it stands in, the clause, the word before it.

use crate::lexicon::{self, Word};
use crate::tree::Span;

/// What the braces around a place belong to.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// A loop or fragment.
    Loop,
    Node,
    Rule,
    Test,
    /// The fields of a line of a test.
    Line,
}

/// See the top of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Context {
    /// From the outermost.
    pub(super) blocks: Vec<Block>,
    /// The keyword that began the clause, in its Chinese spelling.
    pub(super) clause: Option<Word>,
    /// The word that is being written.
    pub(super) word: Span,
    /// The word before it.
    pub(super) previous: Option<String>,
    /// The word before the dot before it.
    pub(super) owner: Option<String>,
    /// Nothing stands before it on its line, or only a brace.
    pub(super) first: bool,
    /// It stands in a text or a comment.
    pub(super) silent: bool,
    /// The first keyword of the text is an English one.
    pub(super) english: bool,
}

/// Within expressions and flows these go on with a clause.
const GO_ON: &[&str] = &["且", "或", "非", "属于", "匹配", "每次", "任一", "每个", "真", "假", "关联"];

/// What surrounds `offset`.
pub(super) fn around(text: &str, offset: usize) -> Context {
    let before = text.get(..offset).unwrap_or(text);
    let mut scan = Scan::default();
    let mut chars = before.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '/' if before.get(at..).is_some_and(|rest| rest.starts_with("//")) => {
                scan.end_word(before, at);
                scan.silent = true;
                for (_, c) in chars.by_ref() {
                    if c == '\n' {
                        scan.silent = false;
                        scan.first = true;
                        break;
                    }
                }
            }
            '"' | '“' | '”' => {
                scan.end_word(before, at);
                scan.first = false;
                scan.silent = true;
                let mut escaped = false;
                for (_, c) in chars.by_ref() {
                    if !escaped && matches!(c, '"' | '“' | '”') || c == '\n' {
                        scan.silent = false;
                        break;
                    }
                    escaped = !escaped && c == '\\';
                }
            }
            _ => scan.one(before, at, c),
        }
    }
    scan.finish(before)
}

#[derive(Default)]
struct Scan {
    blocks: Vec<(Block, Option<Word>)>,
    clause: Option<Word>,
    /// Where the word that is being read began.
    word: Option<usize>,
    previous: Option<String>,
    /// The word before the last dot, while that dot is the last thing read.
    dotted: Option<String>,
    /// The word that is being read stands behind a dot after this one.
    owner: Option<String>,
    first: bool,
    silent: bool,
    english: Option<bool>,
}

impl Scan {
    fn one(&mut self, text: &str, at: usize, c: char) {
        if c.is_alphanumeric() || c == '_' || c == '「' || c == '」' {
            if self.word.is_none() {
                self.word = Some(at);
                self.owner = self.dotted.take();
            }
            return;
        }
        let ended = self.end_word(text, at);
        match c {
            '.' | '．' => self.dotted = ended.or_else(|| self.previous.clone()),
            '{' | '｛' => {
                let block = self.opened();
                self.blocks.push((block, self.clause.take()));
                self.first = true;
            }
            '}' | '｝' => {
                self.clause = None;
                self.blocks.pop();
                self.first = true;
            }
            '\n' => {
                self.first = true;
                // A line of a test ends with its line.
                if self.blocks.last().is_some_and(|(b, _)| *b == Block::Test) {
                    self.clause = None;
                    self.previous = None;
                }
            }
            c if c.is_whitespace() => {}
            _ => {
                self.first = false;
                self.previous = None;
            }
        }
    }

    /// What a brace opens here.
    fn opened(&self) -> Block {
        match self.blocks.last().map(|(b, _)| *b) {
            None => Block::Loop,
            Some(Block::Test | Block::Line) => Block::Line,
            Some(_) => match self.clause.map(|w| w.zh) {
                Some("规则") => Block::Rule,
                Some("测试") => Block::Test,
                _ => Block::Node,
            },
        }
    }

    fn end_word(&mut self, text: &str, at: usize) -> Option<String> {
        let from = self.word.take()?;
        let word = text.get(from..at)?.to_owned();
        let dotted = self.owner.take().is_some();
        if !dotted && let Some(keyword) = lexicon::keyword(&word) {
            self.english.get_or_insert(keyword.en == word);
            if !GO_ON.contains(&keyword.zh) {
                self.clause = Some(keyword);
            }
        }
        self.first = false;
        self.previous = Some(word.clone());
        Some(word)
    }

    fn finish(mut self, text: &str) -> Context {
        let from = self.word.unwrap_or(text.len());
        let owner = if self.word.is_some() { self.owner.take() } else { self.dotted.take() };
        Context {
            blocks: self.blocks.into_iter().map(|(b, _)| b).collect(),
            clause: self.clause,
            word: Span::new(from, text.len()),
            previous: self.previous,
            owner,
            first: self.first,
            silent: self.silent,
            english: self.english.unwrap_or(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What surrounds the `^` in a text.
    fn at(text: &str) -> Context {
        let offset = text.find('^').unwrap();
        around(&text.replace('^', ""), offset)
    }

    #[test]
    fn blocks_and_clauses_are_known_in_half_written_texts() {
        let node =
            at("闭环 输血 [t] {\n  主键 医嘱号\n  环节 采集 [c] { 事件 specimen.collected  必填 标本条^");
        assert_eq!(node.blocks, [Block::Loop, Block::Node]);
        assert_eq!(node.clause.unwrap().zh, "必填");
        let rule = at("闭环 输血 [t] {\n 规则 甲 [a] { 要求 开始.^");
        assert_eq!((rule.blocks.last(), rule.owner.as_deref()), (Some(&Block::Rule), Some("开始")));
        let half = at("闭环 输血 [t] {\n 规则 甲 [a] { 要求 开始.时^");
        assert_eq!((half.owner.as_deref(), half.word.end - half.word.start), (Some("开始"), 3));
        let line = at("loop 输血 [t] {\n test \"一\" {\n  08:00 采集 王(护士) { ^");
        assert_eq!(line.blocks, [Block::Loop, Block::Test, Block::Line]);
        assert!(line.english && line.first);
    }

    #[test]
    fn texts_and_comments_are_silent() {
        assert!(at("闭环 甲 { 依据 \"第 5 ^").silent);
        assert!(at("闭环 甲 { // 环节 ^").silent);
        assert!(!at("闭环 甲 { 依据 \"第 5 条\" ^").silent);
    }

    #[test]
    fn a_clause_ends_with_its_block() {
        let after = at("闭环 甲 {\n 环节 乙 { 阶段 执行 }\n ^");
        assert_eq!((after.blocks, after.clause, after.first), (vec![Block::Loop], None, true));
    }
}
