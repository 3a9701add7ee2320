//! What an editor asks of definitions: what stands at a place, where it is defined and named, what may be written there.
//!
//! Texts in, values out; places are bytes. The language server puts this behind its protocol, and so can the console's editor.

mod complete;
mod context;
mod hover;
mod mentions;
mod outline;
mod written;

pub use complete::Proposal;
pub use outline::Outlined;

use crate::check::Implied;
use crate::diagnostic::{Diagnostic, Words};
use crate::loading::Loading;
use crate::say;
use crate::tree::{File, Loop, LoopItem, Name, Node, Span};
use mentions::Mention;
use std::collections::BTreeMap;

/// What a name can stand for.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// 闭环
    Loop,
    /// 片段
    Fragment,
    /// 环节
    Node,
    /// 参数
    Param,
    /// 规则
    Rule,
    /// 指标
    Measure,
    /// A field of `fields.yaml`.
    Field,
    /// An event type of `events.yaml`.
    Event,
    /// A system of `hospital.yaml`.
    System,
    /// A role.
    Role,
    /// A named window or duration.
    Lengths,
    /// A word of the language.
    Keyword,
}

/// The thing that a name stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// Something of a loop, by the file and the place of its name where it is defined.
    Here(Kind, String, Span),
    /// Something of the catalogue, by its code.
    Listed(Kind, String),
}

/// A place in a file.
pub type Place = (String, Span);

/// The definitions of one context, read for an editor.
#[derive(Clone, Debug)]
pub struct Editor {
    texts: BTreeMap<String, String>,
    loading: Loading,
    /// The names of each of its files.
    mentions: Vec<Vec<Mention>>,
    /// The years whose holidays are looked for.
    years: Vec<i32>,
}

impl Editor {
    /// Reads the texts of one context; with the mistakes that `medloop check` finds, which looks for the holidays of some `years`.
    #[must_use]
    pub fn new(texts: BTreeMap<String, String>, years: Vec<i32>) -> (Self, Vec<Diagnostic>) {
        let loading = Loading::new(&texts);
        let mentions = loading.files.iter().map(mentions::of_file).collect();
        let mut editor = Self { texts, loading, mentions, years };
        let found = editor.mistakes();
        (editor, found)
    }

    /// A loop file reads otherwise now, or is new: what is asked from here on is answered by this text.
    pub fn set(&mut self, file: &str, text: String) {
        self.loading.set(file, &text);
        self.texts.insert(file.to_owned(), text);
        let Some(at) = self.loading.files.iter().position(|f| f.name == file) else { return };
        let mentions = self.loading.files.get(at).map(mentions::of_file).unwrap_or_default();
        match self.mentions.get_mut(at) {
            Some(old) => *old = mentions,
            None => self.mentions.push(mentions),
        }
    }

    /// The mistakes of all texts as they read now. Loops that read as before are not compiled again.
    pub fn mistakes(&mut self) -> Vec<Diagnostic> {
        let (definitions, mut found) = self.loading.judge();
        found.extend(self.loading.remarks(&definitions, &self.years));
        found
    }

    /// The limits of a file's nodes that follow from others, in the order of the text.
    #[must_use]
    pub fn implied(&self, file: &str) -> Vec<Implied> {
        self.loading.implied(file)
    }

    /// The text of a file.
    #[must_use]
    pub fn text(&self, file: &str) -> Option<&str> {
        self.texts.get(file).map(String::as_str)
    }

    fn file(&self, name: &str) -> Option<(usize, &File)> {
        self.loading.files.iter().enumerate().find(|(_, f)| f.name == name)
    }

    /// The name at a place; at its very end, too.
    fn mention(&self, file: &str, offset: usize) -> Option<(usize, &Mention)> {
        let (at, _) = self.file(file)?;
        let all = self.mentions.get(at)?;
        let here = all.iter().filter(|m| m.span.start <= offset && offset <= m.span.end);
        here.min_by_key(|m| m.span.end - m.span.start).map(|m| (at, m))
    }

    /// What a name stands for.
    fn target(&self, file: usize, mention: &Mention) -> Option<Target> {
        let file = self.loading.files.get(file)?;
        let item = file.loops.get(mention.of)?;
        mention.kinds.iter().find_map(|kind| self.find(*kind, file, item, &mention.text))
    }

    fn find(&self, kind: Kind, file: &File, item: &Loop, text: &str) -> Option<Target> {
        let catalogue = &self.loading.catalogue;
        let listed = |code: &str| Some(Target::Listed(kind, code.to_owned()));
        match kind {
            Kind::Loop | Kind::Fragment => {
                let wanted = kind == Kind::Fragment;
                let all = self.loading.files.iter().flat_map(|f| f.loops.iter().map(move |l| (f, l)));
                let mut named =
                    all.filter(|(_, l)| l.fragment == wanted && is(&l.name, l.code.as_ref(), text));
                named.next().map(|(f, l)| Target::Here(kind, f.name.clone(), l.name.span))
            }
            Kind::Node | Kind::Param | Kind::Rule | Kind::Measure => self.member(kind, file, item, text, 0),
            Kind::Field => {
                let mut fields = catalogue.fields.values();
                let field = fields.find(|f| f.code.as_str() == text || f.name.name == text)?;
                listed(field.code.as_str())
            }
            Kind::Event => {
                let mut events = catalogue.events.keys();
                listed(events.find(|e| e.as_str() == text)?.as_str())
            }
            Kind::System => {
                let mut systems = catalogue.systems.iter();
                listed(systems.find(|(c, n)| c.as_str() == text || n.name == text)?.0.as_str())
            }
            Kind::Role => {
                let mut roles = catalogue.roles.iter();
                listed(roles.find(|(c, r)| c.as_str() == text || r.name.name == text)?.0.as_str())
            }
            Kind::Lengths => {
                let mut all = catalogue.lengths.iter();
                listed(all.find(|(c, t)| c.as_str() == text || t.name.name == text)?.0.as_str())
            }
            Kind::Keyword => None,
        }
    }

    /// A node, param, rule or measure of a loop, or of a fragment that it uses.
    fn member(&self, kind: Kind, file: &File, item: &Loop, text: &str, depth: usize) -> Option<Target> {
        for statement in &item.items {
            if let Some((here, name, code)) = named(statement)
                && here == kind
                && is(name, code, text)
            {
                return Some(Target::Here(kind, file.name.clone(), name.span));
            }
        }
        if depth > 8 {
            return None;
        }
        item.items.iter().find_map(|statement| {
            let LoopItem::Use(used) = statement else { return None };
            let (file, fragment) = self.fragment(&used.text)?;
            self.member(kind, file, fragment, text, depth + 1)
        })
    }

    /// The node statement of a loop, or of a fragment that it uses.
    fn node_of<'l>(&'l self, item: &'l Loop, text: &str, depth: usize) -> Option<&'l Node> {
        let own = item.items.iter().find_map(|statement| match statement {
            LoopItem::Node(node) if is(&node.name, node.code.as_ref(), text) => Some(node),
            _ => None,
        });
        own.or_else(|| {
            let mut used = item.items.iter().filter(|_| depth < 8).filter_map(|statement| match statement {
                LoopItem::Use(used) => self.fragment(&used.text),
                _ => None,
            });
            used.find_map(|(_, fragment)| self.node_of(fragment, text, depth + 1))
        })
    }

    fn fragment(&self, text: &str) -> Option<(&File, &Loop)> {
        let all = self.loading.files.iter().flat_map(|f| f.loops.iter().map(move |l| (f, l)));
        all.into_iter().find(|(_, l)| l.fragment && is(&l.name, l.code.as_ref(), text))
    }

    /// The statement of a loop that a target is.
    fn statement(&self, target: &Target) -> Option<(&Loop, Option<&LoopItem>)> {
        let Target::Here(_, file, span) = target else { return None };
        let (_, file) = self.file(file)?;
        let mut items = file.loops.iter().flat_map(|l| l.items.iter().map(move |i| (l, i)));
        let found = items.find(|(_, i)| named(i).is_some_and(|(_, name, _)| name.span == *span));
        match found {
            Some((item, statement)) => Some((item, Some(statement))),
            None => file.loops.iter().find(|l| l.name.span == *span).map(|l| (l, None)),
        }
    }

    /// Where the name at a place is defined.
    #[must_use]
    pub fn definition(&self, file: &str, offset: usize) -> Option<Place> {
        let (at, mention) = self.mention(file, offset)?;
        match self.target(at, mention)? {
            Target::Here(_, file, span) => Some((file, span)),
            Target::Listed(kind, code) => written::place(&self.texts, kind, &code),
        }
    }

    /// The words by which a thing goes: its name and its code.
    fn words<'l>(&'l self, target: &'l Target) -> Vec<&'l str> {
        let (kind, code) = match target {
            Target::Here(..) => {
                let (name, code) = match self.statement(target) {
                    Some((_, Some(statement))) => match named(statement) {
                        Some((_, name, code)) => (name, code),
                        None => return Vec::new(),
                    },
                    Some((item, None)) => (&item.name, item.code.as_ref()),
                    None => return Vec::new(),
                };
                return std::iter::once(name).chain(code).map(|n| n.text.as_str()).collect();
            }
            Target::Listed(kind, code) => (kind, code.as_str()),
        };
        let catalogue = &self.loading.catalogue;
        let name = match kind {
            Kind::Field => catalogue.fields.values().find(|f| f.code.as_str() == code).map(|f| &f.name.name),
            Kind::System => catalogue.systems.iter().find(|(c, _)| c.as_str() == code).map(|(_, n)| &n.name),
            Kind::Role => catalogue.roles.iter().find(|(c, _)| c.as_str() == code).map(|(_, r)| &r.name.name),
            Kind::Lengths => {
                catalogue.lengths.iter().find(|(c, _)| c.as_str() == code).map(|(_, t)| &t.name.name)
            }
            _ => None,
        };
        std::iter::once(code).chain(name.map(String::as_str)).collect()
    }

    /// Everything that names what the name at a place names, in the order of files and places; the definition among them when it
    /// stands in a loop file.
    #[must_use]
    pub fn references(&self, file: &str, offset: usize) -> Vec<(Place, bool)> {
        let Some(target) = self.mention(file, offset).and_then(|(at, m)| self.target(at, m)) else {
            return Vec::new();
        };
        let words = self.words(&target);
        let mut out = Vec::new();
        for (at, (file, mentions)) in self.loading.files.iter().zip(&self.mentions).enumerate() {
            // What a word stands for is looked up only where it can be this.
            let like = mentions.iter().filter(|m| words.contains(&m.text.as_str()));
            let same = like.filter(|m| self.target(at, m).as_ref() == Some(&target));
            out.extend(same.map(|m| ((file.name.clone(), m.span), m.defines)));
        }
        out
    }

    /// What has to be written for the thing at a place to be called otherwise: wherever it goes by the same word as there.
    ///
    /// # Errors
    /// Words that say why that cannot be.
    pub fn rename(&self, file: &str, offset: usize, new: &str) -> Result<Vec<(Place, String)>, Words> {
        let Some((at, mention)) = self.mention(file, offset) else {
            return Err(say!("这里没有可以改名的东西", "nothing here has a name"));
        };
        match self.target(at, mention) {
            Some(Target::Here(..)) => {}
            Some(Target::Listed(..)) => {
                return Err(say!("它的名称写在 YAML 里", "its name is written in YAML"));
            }
            None => return Err(say!("没有找到它的定义", "it is defined nowhere")),
        }
        let new = written_name(new).ok_or_else(|| say!("“{new}”不能作名称", "`{new}` cannot be a name"))?;
        let text = |place: &Place| self.texts.get(&place.0)?.get(place.1.start..place.1.end).map(bare);
        let all = self.references(file, offset).into_iter().map(|(place, _)| place);
        let same = all.filter(|place| text(place).is_some_and(|t| t == mention.text));
        Ok(same.map(|place| (place, new.clone())).collect())
    }

    /// The place of the name at a place, and the name: what is about to be renamed.
    #[must_use]
    pub fn name_at(&self, file: &str, offset: usize) -> Option<(Span, &str)> {
        let (at, mention) = self.mention(file, offset)?;
        matches!(self.target(at, mention)?, Target::Here(..)).then_some((mention.span, mention.text.as_str()))
    }

    /// Every name of a file with what it stands for, in text order, and whether it is defined there.
    #[must_use]
    pub fn colours(&self, file: &str) -> Vec<(Span, Kind, bool)> {
        let Some((at, _)) = self.file(file) else { return Vec::new() };
        let all = self.mentions.get(at).map(Vec::as_slice).unwrap_or_default();
        let known = all.iter().filter_map(|m| {
            let (Target::Here(kind, ..) | Target::Listed(kind, _)) = self.target(at, m)?;
            Some((m.span, kind, m.defines))
        });
        let mut out: Vec<(Span, Kind, bool)> = Vec::new();
        for one in known {
            // A name within another one, such as the value of a placeholder, is told by the other.
            if out.last().is_none_or(|(last, ..)| last.end <= one.0.start) {
                out.push(one);
            }
        }
        out
    }
}

/// The name and code of a statement that has them, and what it is.
fn named(statement: &LoopItem) -> Option<(Kind, &Name, Option<&Name>)> {
    match statement {
        LoopItem::Node(n) => Some((Kind::Node, &n.name, n.code.as_ref())),
        LoopItem::Param(p) => Some((Kind::Param, &p.name, p.code.as_ref())),
        LoopItem::Rule(r) => Some((Kind::Rule, &r.name, r.code.as_ref())),
        LoopItem::Measure(m) => Some((Kind::Measure, &m.name, m.code.as_ref())),
        _ => None,
    }
}

fn is(name: &Name, code: Option<&Name>, text: &str) -> bool {
    name.text == text || code.is_some_and(|code| code.text == text)
}

/// A name without its `「」`.
fn bare(text: &str) -> &str {
    text.strip_prefix('「').and_then(|t| t.strip_suffix('」')).unwrap_or(text)
}

/// A name as it is written in a text: in `「」` where a word alone would not be read as one name.
pub(crate) fn written_name(new: &str) -> Option<String> {
    let new = bare(new.trim());
    let letter = |c: char| c.is_alphanumeric() || c == '_';
    let plain = !new.is_empty()
        && new.chars().all(letter)
        && !new.starts_with(|c: char| c.is_numeric())
        && crate::lexicon::keyword(new).is_none();
    let fits = !new.is_empty() && !new.contains(['「', '」', '\n', '"']);
    if plain { Some(new.to_owned()) } else { fits.then(|| format!("「{new}」")) }
}
