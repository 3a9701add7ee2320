//! Loops with the fragments they use written into them.

use super::Origins;
use super::merge;
use crate::diagnostic::{Diagnostic, Span, Words, nearest};
use crate::say;
use crate::tree::Places;
use crate::tree::{File, Flow, FlowKind, FlowOp, Loop, LoopItem, Name, Suffix};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The files with their loops whole. Mistakes stand at far places until [`Origins::home`] has brought them back.
pub(crate) fn expand(files: &[File]) -> (Cow<'_, [File]>, Origins<'_>, Vec<Diagnostic>) {
    let fragments = Fragments::of(files);
    if files.iter().all(is_whole) {
        return (Cow::Borrowed(files), fragments.origins(), Vec::new());
    }
    let (mut whole, mut found, mut used) = (Vec::new(), Vec::new(), BTreeSet::new());
    for file in files {
        let (file, mistakes) = fragments.whole(file, &mut used);
        whole.push(file.into_owned());
        found.extend(mistakes);
    }
    (Cow::Owned(whole), fragments.origins(), found)
}

/// Whether nothing of a file is a fragment or uses one.
fn is_whole(file: &File) -> bool {
    let uses = |l: &Loop| l.fragment || l.items.iter().any(|i| matches!(i, LoopItem::Use(_)));
    !file.loops.iter().any(uses)
}

/// The fragments of all files.
pub(crate) struct Fragments<'a> {
    files: &'a [File],
    /// By name and by code: the place of the file, and the fragment.
    known: BTreeMap<&'a str, (usize, &'a Loop)>,
}

impl<'a> Fragments<'a> {
    /// Finds them; of two with one name the first counts.
    pub(crate) fn of(files: &'a [File]) -> Self {
        let mut known = BTreeMap::new();
        for (position, file) in files.iter().enumerate() {
            for fragment in file.loops.iter().filter(|l| l.fragment) {
                for name in std::iter::once(&fragment.name).chain(&fragment.code) {
                    known.entry(name.text.as_str()).or_insert((position, fragment));
                }
            }
        }
        Self { files, known }
    }

    /// The way back from far places.
    pub(crate) fn origins(&self) -> Origins<'a> {
        Origins { files: self.files }
    }

    /// A file with its loops whole; the names of the fragments that they use are added to `used`.
    pub(crate) fn whole(
        &self,
        file: &'a File,
        used: &mut BTreeSet<&'a str>,
    ) -> (Cow<'a, File>, Vec<Diagnostic>) {
        if is_whole(file) {
            return (Cow::Borrowed(file), Vec::new());
        }
        let mut whole = file.clone();
        let mut expander = Expander {
            file: &file.name,
            known: &self.known,
            used,
            stack: Vec::new(),
            inside: BTreeSet::new(),
            from: BTreeSet::new(),
            found: Vec::new(),
        };
        for of in whole.loops.iter_mut().filter(|l| !l.fragment) {
            expander.inside.clear();
            let part = expander.merge(&of.name, std::mem::take(&mut of.items));
            of.items = part.items;
            if let Some(flow) = part.flow {
                of.items.push(LoopItem::Flow(flow));
            }
        }
        let mut found = expander.found;
        for origin in expander.from.iter().filter_map(|position| self.files.get(*position)) {
            whole.broken |= origin.broken;
            whole.lost.extend(origin.lost.iter().cloned());
        }
        found.extend(file.loops.iter().filter(|l| l.fragment).flat_map(|l| misplaced(&file.name, l)));
        (Cow::Owned(whole), found)
    }

    /// The fragments that no loop uses, each as if it were a loop of its own, and the warnings that nothing does.
    pub(crate) fn unused(&self, used: &BTreeSet<&str>) -> (Vec<File>, Vec<Diagnostic>) {
        let (mut alone, mut found) = (Vec::new(), Vec::new());
        if self.files.iter().any(|f| f.broken) {
            return (alone, found);
        }
        for (position, file) in self.files.iter().enumerate() {
            for fragment in file.loops.iter().filter(|l| l.fragment) {
                let word = fragment.name.text.as_str();
                let here =
                    self.known.get(word).is_some_and(|(p, f)| *p == position && std::ptr::eq(*f, fragment));
                if !here || used.contains(word) {
                    continue;
                }
                let message = say!("没有闭环使用片段“{word}”", "no loop uses the fragment `{word}`");
                found.push(Diagnostic::warning("E0434", file.name.as_str(), fragment.name.span, message));
                let mut seen = used.clone();
                let mut expander = Expander {
                    file: &file.name,
                    known: &self.known,
                    used: &mut seen,
                    stack: vec![word],
                    inside: BTreeSet::from([word]),
                    from: BTreeSet::new(),
                    found: Vec::new(),
                };
                let part = expander.merge(&fragment.name, fragment.items.clone());
                found.append(&mut expander.found);
                let mut items = part.items;
                items.extend(part.flow.map(LoopItem::Flow));
                alone.push(File {
                    loops: vec![Loop { fragment: false, items, ..fragment.clone() }],
                    ..file.clone()
                });
            }
        }
        (alone, found)
    }
}

/// Statements that say what only a loop has.
fn misplaced(file: &str, fragment: &Loop) -> Vec<Diagnostic> {
    let place = |item: &LoopItem| -> Option<(&'static str, &'static str, Span)> {
        Some(match item {
            LoopItem::Grade(g) => ("等级", "grade", g.span),
            LoopItem::Category(n) => ("类别", "category", n.span),
            LoopItem::Key(n) => ("主键", "key", n.span),
            LoopItem::Starts(s) => ("起于", "starts", s.span),
            LoopItem::Refer(r) => ("引用", "refer", r.span),
            LoopItem::Interrupt(l) => ("中断", "interrupt", l.span),
            LoopItem::Seal(l) => ("封存", "seal", l.span),
            LoopItem::Test(t) => ("测试", "test", t.title.span),
            LoopItem::Basis(_)
            | LoopItem::Flow(_)
            | LoopItem::Use(_)
            | LoopItem::Param(_)
            | LoopItem::Node(_)
            | LoopItem::Ending(_)
            | LoopItem::Rule(_)
            | LoopItem::Measure(_) => return None,
        })
    };
    let expected = say!(
        "流程、环节、参数、规则、指标、取消、停止、换单、豁免、使用、依据",
        "`flow`, `node`, `param`, `rule`, `measure`, `cancel`, `stop`, `supersede`, `excuse`, `use`, `basis`"
    );
    let tell = |(zh, en, span): (&str, &str, Span)| {
        let message = say!("片段里不能有“{zh}”", "a fragment has no `{en}`");
        Diagnostic::error("E0430", file, span, message).expected(expected.clone())
    };
    fragment.items.iter().filter_map(place).map(tell).collect()
}

struct Expander<'e, 'a> {
    /// The file of the loop at hand; every mistake is told there and brought home later.
    file: &'e str,
    known: &'e BTreeMap<&'a str, (usize, &'a Loop)>,
    /// The names of fragments that some loop uses.
    used: &'e mut BTreeSet<&'a str>,
    /// The fragments that are being written in, outermost first.
    stack: Vec<&'a str>,
    /// The fragments that are in the loop at hand.
    inside: BTreeSet<&'a str>,
    /// The files from which something came.
    from: BTreeSet<usize>,
    found: Vec<Diagnostic>,
}

/// What a loop or fragment comes to.
struct Part {
    names: Vec<String>,
    /// Where it was used.
    at: Span,
    items: Vec<LoopItem>,
    flow: Option<crate::tree::Spanned<Box<Flow>>>,
    placed: bool,
}

impl<'a> Expander<'_, 'a> {
    fn error(&mut self, code: &'static str, span: Span, message: Words) {
        self.found.push(Diagnostic::error(code, self.file, span, message));
    }

    /// The statements of a loop or fragment with those of the fragments it uses, restated ones made one.
    fn merge(&mut self, name: &Name, own: Vec<LoopItem>) -> Part {
        let mut parts: Vec<Part> = Vec::new();
        let mut told: Vec<Span> = Vec::new();
        for item in &own {
            if let LoopItem::Use(fragment) = item {
                match self.part(fragment) {
                    Some(part) => parts.push(part),
                    None => told.push(fragment.span),
                }
            }
        }
        let mut items: Vec<LoopItem> = parts.iter_mut().flat_map(|p| std::mem::take(&mut p.items)).collect();
        let mut flow = None;
        for item in own {
            match item {
                LoopItem::Use(fragment) if told.contains(&fragment.span) => {}
                // A second 流程 stays, so that it is told.
                LoopItem::Flow(written) if flow.is_none() => flow = Some(written),
                item => match items.iter().position(|theirs| merge::restates(&item, theirs)) {
                    Some(position) => {
                        let theirs = items.remove(position);
                        self.same_code(&item, &theirs);
                        items.insert(position, merge::restated(item, theirs));
                    }
                    None => items.push(item),
                },
            }
        }
        if let Some(flow) = &mut flow {
            self.substitute(&mut flow.value, &mut parts);
        }
        for part in parts.iter_mut().filter(|p| !p.placed) {
            let (Some(flow), Some(theirs)) = (&mut flow, part.flow.take()) else { continue };
            let word = part.names.first().map_or("", String::as_str);
            let message = say!("片段“{word}”不在流程里", "the fragment `{word}` is not in the flow");
            let help = say!("在流程里写它的名称", "put its name into the flow");
            self.found.push(Diagnostic::error("E0432", self.file, part.at, message).help(help));
            // Its nodes have a place all the same, so that they are not missed one by one.
            behind(&mut flow.value, theirs.value);
        }
        Part { names: Vec::new(), at: name.span, items, flow, placed: false }
    }

    fn part(&mut self, name: &Name) -> Option<Part> {
        let word = &name.text;
        let Some((position, fragment)) = self.known.get(word.as_str()).copied() else {
            let near = nearest(word, self.known.keys().copied());
            let message = say!("没有片段“{word}”", "there is no fragment `{word}`");
            self.found.push(Diagnostic::error("E0433", self.file, name.span, message).nearest(near));
            return None;
        };
        self.used.insert(&fragment.name.text);
        if self.stack.contains(&fragment.name.text.as_str()) {
            let message = say!("片段“{word}”用到了它自己", "the fragment `{word}` uses itself");
            self.error("E0431", name.span, message);
            return None;
        }
        // Once in a loop, on whatever way: that bounds what comes in.
        if !self.inside.insert(&fragment.name.text) {
            let message = say!(
                "片段“{word}”已经用过，一个闭环只用一次",
                "the fragment `{word}` is in this loop already"
            );
            self.error("E0431", name.span, message);
            return None;
        }
        self.from.insert(position);
        let base = Origins::base(position);
        let mut items = fragment.items.clone();
        items.places(&mut |span| *span = Span::new(span.start + base, span.end + base));
        // What a fragment cannot say is told once, at home.
        items.retain(|i| {
            matches!(
                i,
                LoopItem::Flow(_)
                    | LoopItem::Use(_)
                    | LoopItem::Param(_)
                    | LoopItem::Node(_)
                    | LoopItem::Ending(_)
                    | LoopItem::Rule(_)
                    | LoopItem::Measure(_)
            )
        });
        self.stack.push(&fragment.name.text);
        let mut part = self.merge(name, items);
        self.stack.pop();
        part.names = std::iter::once(&fragment.name).chain(&fragment.code).map(|n| n.text.clone()).collect();
        Some(part)
    }

    /// A code never changes once published.
    fn same_code(&mut self, own: &LoopItem, theirs: &LoopItem) {
        if let (Some((_, Some(own))), Some((_, Some(theirs)))) = (merge::head(own), merge::head(theirs))
            && own.text != theirs.text
        {
            let word = &theirs.text;
            let message = say!(
                "重述片段中的项目，代码仍是 [{word}]",
                "what restates an item of a fragment keeps its code [{word}]"
            );
            let diagnostic = Diagnostic::error("E0435", self.file, own.span, message);
            self.found.push(diagnostic.label(theirs.span, say!("片段里的代码", "the fragment's code")));
        }
    }

    /// Puts flows in the place of their fragments' names.
    fn substitute(&mut self, flow: &mut Flow, parts: &mut [Part]) {
        match &mut flow.kind {
            FlowKind::Many(_, flows) => flows.iter_mut().for_each(|f| self.substitute(f, parts)),
            FlowKind::Group(inner) | FlowKind::Each { body: inner, .. } => self.substitute(inner, parts),
            FlowKind::Name(name) => {
                let Some(part) = parts.iter_mut().find(|p| p.names.contains(&name.text)) else { return };
                let word = name.text.clone();
                let Some(theirs) = &part.flow else {
                    let message =
                        say!("片段“{word}”没有流程，不能写在流程里", "the fragment `{word}` has no flow");
                    return self.error("E0432", name.span, message);
                };
                if matches!(flow.suffix, Some(Suffix::Any | Suffix::Repeated)) {
                    let message = say!("“*”“+”只能写在环节之后", "`*` and `+` stand behind nodes only");
                    self.error("E0403", flow.span, message);
                    flow.suffix = None;
                }
                part.placed = true;
                flow.kind = FlowKind::Group(theirs.value.clone());
            }
        }
    }
}

/// Puts a flow behind another.
fn behind(flow: &mut Flow, next: Box<Flow>) {
    let span = flow.span;
    let of = |kind| Flow { kind, suffix: None, again: None, ends: Vec::new(), guard: None, span };
    let first = std::mem::replace(flow, of(FlowKind::Many(FlowOp::Seq, Vec::new())));
    let group = of(FlowKind::Group(next));
    if let FlowKind::Many(_, parts) = &mut flow.kind {
        parts.extend([first, group]);
    }
}
