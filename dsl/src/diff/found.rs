//! What was found to differ: sentences with their effect and place.

use crate::diagnostic::{Diagnostic, Span, Words};
use crate::fragments::Origins;
use crate::tree::{Loop, LoopItem, Name};
use medloop_engine::graph::Definition;

/// What a change does.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// More is asked: a requirement that is harder to keep, a limit that is shorter.
    Stricter,
    /// Less is asked.
    Looser,
    /// Something new.
    Added,
    /// Something gone.
    Removed,
    /// Otherwise different.
    Changed,
}

impl Effect {
    /// What people call it.
    #[must_use]
    pub const fn word(self) -> (&'static str, &'static str) {
        match self {
            Self::Stricter => ("更严", "stricter"),
            Self::Looser => ("更松", "looser"),
            Self::Added => ("新增", "added"),
            Self::Removed => ("去掉", "removed"),
            Self::Changed => ("改变", "changed"),
        }
    }

    /// The code under which machines know it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Stricter => "diff-stricter",
            Self::Looser => "diff-looser",
            Self::Added => "diff-added",
            Self::Removed => "diff-removed",
            Self::Changed => "diff-changed",
        }
    }
}

/// A place in one of the two folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as the folder was given.
    pub file: String,
    /// Where.
    pub span: Span,
    /// Whether it is the old folder's: what is gone stands in none of the new files.
    pub old: bool,
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The code of the loop; `None` for what is said beside loops.
    pub of: Option<String>,
    /// What it does.
    pub effect: Effect,
    /// Where it is written.
    pub place: Place,
    /// The change in words: a sentence without a full stop.
    pub words: Words,
}

impl Change {
    /// As a diagnostic, for whoever shows these: a warning where less is asked or something is gone, a note otherwise.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let Place { file, span, .. } = &self.place;
        let (zh, en) = self.effect.word();
        let words = Words::new(format!("【{zh}】{}", self.words.zh), format!("[{en}] {}", self.words.en));
        let found = Diagnostic::warning(self.effect.code(), file.as_str(), *span, words);
        match self.effect {
            Effect::Looser | Effect::Removed => found,
            Effect::Stricter | Effect::Added | Effect::Changed => {
                Diagnostic { severity: crate::diagnostic::Severity::Note, ..found }
            }
        }
    }
}

/// A loop of one of the folders.
#[derive(Copy, Clone)]
pub(super) struct Side<'a> {
    pub(super) def: &'a Definition,
    pub(super) tree: &'a Loop,
    pub(super) file: &'a str,
    pub(super) origins: &'a Origins<'a>,
    pub(super) old: bool,
}

impl Side<'_> {
    pub(super) fn place(&self, span: Span) -> Place {
        let (mut file, mut span) = (self.file.to_owned(), span);
        self.origins.place(&mut file, &mut span);
        Place { file, span, old: self.old }
    }

    /// Where the statement of a name or code begins with its name.
    fn named(&self, pick: impl Fn(&LoopItem) -> Option<(&Name, Option<&Name>)>, code: &str) -> Option<Place> {
        let fits = |name: &Name, own: Option<&Name>| own.map_or(&name.text, |c| &c.text) == code;
        let mut items = self.tree.items.iter().filter_map(pick);
        items.find(|(name, own)| fits(name, *own)).map(|(name, _)| self.place(name.span))
    }

    pub(super) fn home(&self) -> Place {
        self.place(self.tree.name.span)
    }
}

/// The two sides of one loop, and what differs.
pub(super) struct Found<'a> {
    pub(super) old: Side<'a>,
    pub(super) new: Side<'a>,
    pub(super) changes: Vec<Change>,
}

impl Found<'_> {
    /// Something of the loop as a whole.
    pub(super) fn put(&mut self, effect: Effect, words: Words) {
        let place = self.new.home();
        self.at(effect, place, words);
    }

    pub(super) fn at(&mut self, effect: Effect, place: Place, words: Words) {
        let of = Some(self.new.def.code.to_string());
        self.changes.push(Change { of, effect, place, words });
    }

    pub(super) fn node(&mut self, code: &str, effect: Effect, words: Words) {
        self.stated(code, effect, words, |item| match item {
            LoopItem::Node(n) => Some((&n.name, n.code.as_ref())),
            _ => None,
        });
    }

    pub(super) fn rule(&mut self, code: &str, effect: Effect, words: Words) {
        self.stated(code, effect, words, |item| match item {
            LoopItem::Rule(r) => Some((&r.name, r.code.as_ref())),
            _ => None,
        });
    }

    pub(super) fn param(&mut self, code: &str, effect: Effect, words: Words) {
        self.stated(code, effect, words, |item| match item {
            LoopItem::Param(p) => Some((&p.name, p.code.as_ref())),
            _ => None,
        });
    }

    pub(super) fn measure(&mut self, code: &str, effect: Effect, words: Words) {
        self.stated(code, effect, words, |item| match item {
            LoopItem::Measure(m) => Some((&m.name, m.code.as_ref())),
            _ => None,
        });
    }

    /// At the statement of that code, the new one if there is one.
    fn stated(
        &mut self,
        code: &str,
        effect: Effect,
        words: Words,
        pick: impl Fn(&LoopItem) -> Option<(&Name, Option<&Name>)> + Copy,
    ) {
        let place = self.new.named(pick, code).or_else(|| self.old.named(pick, code));
        let place = place.unwrap_or_else(|| self.new.home());
        self.at(effect, place, words);
    }
}
