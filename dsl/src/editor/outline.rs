//! The outline of a file: its loops, and in them what has a name.

use super::{Editor, Kind, named};
use crate::tree::{LoopItem, Span};

/// Something of an outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlined {
    /// What it is called.
    pub name: String,
    /// Its code.
    pub detail: String,
    /// What it is; tests are [`Kind::Keyword`].
    pub kind: Kind,
    /// All of it.
    pub span: Span,
    /// Its name.
    pub at: Span,
    /// What stands in it.
    pub inner: Vec<Outlined>,
}

impl Editor {
    /// The outline of a file.
    #[must_use]
    pub fn outline(&self, file: &str) -> Vec<Outlined> {
        let Some((_, file)) = self.file(file) else { return Vec::new() };
        file.loops
            .iter()
            .map(|item| Outlined {
                name: item.name.text.clone(),
                detail: item.code.as_ref().map(|c| c.text.clone()).unwrap_or_default(),
                kind: if item.fragment { Kind::Fragment } else { Kind::Loop },
                span: item.span,
                at: item.name.span,
                inner: item.items.iter().filter_map(inner).collect(),
            })
            .collect()
    }
}

fn inner(statement: &LoopItem) -> Option<Outlined> {
    let whole = match statement {
        LoopItem::Node(n) => n.span,
        LoopItem::Param(p) => p.span,
        LoopItem::Rule(r) => r.span,
        LoopItem::Measure(m) => m.span,
        LoopItem::Test(test) => {
            let (name, detail) = (test.title.value.clone(), String::new());
            let at = test.title.span;
            return Some(Outlined {
                name,
                detail,
                kind: Kind::Keyword,
                span: test.span,
                at,
                inner: Vec::new(),
            });
        }
        _ => return None,
    };
    let (kind, name, code) = named(statement)?;
    Some(Outlined {
        name: name.text.clone(),
        detail: code.map(|c| c.text.clone()).unwrap_or_default(),
        kind,
        span: whole,
        at: name.span,
        inner: Vec::new(),
    })
}
