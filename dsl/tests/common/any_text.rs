//! What must hold of every text, whoever wrote it. The tests, the corpus and the fuzz target (`fuzz/`) ask for the same.

use medloop_dsl::compile::compile;
use medloop_dsl::diagnostic::{Diagnostic, Lang, Sources, render_all, to_json_list};
use medloop_dsl::editor::Editor;
use medloop_dsl::format::format;
use medloop_dsl::parse::parse;
use medloop_dsl::tree::Span;
use medloop_engine::catalogue::Catalogue;
use medloop_engine::graph::Definition;
use medloop_engine::{net, words};
use std::collections::BTreeMap;

/// The name of the text among those of its world.
const FILE: &str = "any.loop";

/// The most places of one text at which an editor is asked.
const PLACES: usize = 8;

/// What texts are read against.
pub(crate) struct World {
    catalogue: Catalogue,
    editor: Editor,
}

impl World {
    /// The world of a folder's YAML, by the paths there; its loop files are left out.
    pub(crate) fn new(mut texts: BTreeMap<String, String>) -> Self {
        texts.retain(|path, _| path.ends_with(".yaml"));
        let (context, found) = medloop_dsl::yaml::read("", &texts);
        assert!(found.is_empty(), "{}", render_all(&found, &Sources::new(texts), Lang::En));
        let catalogue = context.map(|c| c.catalogue);
        assert!(catalogue.is_some(), "the world has no hospital.yaml");
        let editor = Editor::new(texts, vec![2026]).0;
        #[expect(clippy::unwrap_used, reason = "asserted above")]
        Self { catalogue: catalogue.unwrap(), editor }
    }

    /// Puts a text through everything that looks at texts, and asserts what must hold of what comes out.
    pub(crate) fn hold(&mut self, text: &str) {
        let (tree, mut found) = parse(FILE, text);
        let broken = tree.broken;
        let (definitions, more) = compile(&[tree], &self.catalogue);
        found.extend(more);
        told(text, &found);
        let wrong = found.iter().any(Diagnostic::is_error);
        assert!(definitions.is_empty() || !wrong, "a file with a mistake gives no definition");
        for def in &definitions {
            let _ = (net::bpmn(def, words::Lang::Zh), net::mermaid(def, words::Lang::En));
        }
        if broken {
            assert!(format(FILE, text, None).is_err(), "a file with mistakes is left alone");
        } else {
            self.formatted(text, definitions);
        }
        self.asked(text);
    }

    /// The layout is at rest, says the same in the keywords of either language, and means the same.
    fn formatted(&self, text: &str, mut before: Vec<Definition>) {
        let written = |text: &str, keywords| {
            format(FILE, text, keywords).unwrap_or_else(|found| {
                let told = render_all(&found, &Sources::new([(FILE, text)]), Lang::En);
                assert!(found.is_empty(), "cannot be formatted: {told}");
                String::new()
            })
        };
        let once = written(text, None);
        assert_eq!(once, written(&once, None), "a formatted text is left alone");
        let (zh, en) = (written(text, Some(Lang::Zh)), written(text, Some(Lang::En)));
        assert_eq!(zh, written(&en, Some(Lang::Zh)), "to English and back");
        assert_eq!(en, written(&zh, Some(Lang::En)), "to Chinese and back");
        for new in [&once, &en] {
            let (mut after, _) = compile(&[parse(FILE, new).0], &self.catalogue);
            for def in before.iter_mut().chain(&mut after) {
                // The one thing that is kept as it was written.
                def.rules.iter_mut().for_each(|rule| rule.text.clear());
            }
            assert_eq!(before, after, "formatted, it means something else");
        }
    }

    /// An editor has an answer at every place, and each lies within the text.
    fn asked(&mut self, text: &str) {
        self.editor.set(FILE, text.to_owned());
        let editor = &self.editor;
        let mut end = 0;
        for (span, ..) in editor.colours(FILE) {
            assert!(end <= span.start, "colours overlap at {span:?}");
            within(text, span);
            end = span.end;
        }
        let mut open = editor.outline(FILE);
        while let Some(one) = open.pop() {
            within(text, one.span);
            within(text, one.at);
            open.extend(one.inner);
        }
        let step = (text.len() / PLACES).max(1);
        for offset in (0..=text.len()).step_by(step).map(|at| text.floor_char_boundary(at)) {
            for lang in [Lang::Zh, Lang::En] {
                editor.hover(FILE, offset, lang).into_iter().for_each(|(span, _)| within(text, span));
            }
            within(text, editor.complete(FILE, offset).0);
            editor.name_at(FILE, offset).into_iter().for_each(|(span, _)| within(text, span));
            let here = |file: &str, span| {
                if file == FILE {
                    within(text, span);
                }
            };
            editor.definition(FILE, offset).into_iter().for_each(|(file, span)| here(&file, span));
            editor.references(FILE, offset).iter().for_each(|((file, span), _)| here(file, *span));
            for ((file, span), _) in editor.rename(FILE, offset, "新名").into_iter().flatten() {
                assert_eq!(file, FILE, "what is renamed is defined here");
                within(text, span);
            }
        }
    }
}

/// Mistakes are few, lie within the text, and can be shown.
fn told(text: &str, found: &[Diagnostic]) {
    for one in found {
        within(text, one.span);
        one.labels.iter().for_each(|label| within(text, label.span));
    }
    let sources = Sources::new([(FILE, text)]);
    let _ = (render_all(found, &sources, Lang::Zh), render_all(found, &sources, Lang::En));
    let _ = to_json_list(found, &sources);
}

fn within(text: &str, span: Span) {
    assert!(span.start <= span.end, "{span:?}");
    assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end), "{span:?}");
}
