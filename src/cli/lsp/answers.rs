//! Answers to what an editor asks.

use super::folders::{Folders, uri};
use super::lines::Lines;
use super::shapes;
use lsp_server::Request;
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentHighlightRequest, DocumentSymbolRequest, Formatting,
    GotoDefinition, HoverRequest, InlayHintRequest, PrepareRenameRequest, References, Rename, Request as _,
    SemanticTokensFullRequest,
};
use lsp_types::{
    CompletionList, DocumentHighlight, Hover, HoverContents, Location, MarkupContent, MarkupKind, Position,
    PrepareRenameResponse, Range, SemanticTokens, TextDocumentPositionParams, TextEdit, Uri, WorkspaceEdit,
};
use medloop_dsl::diagnostic::{Lang, Words};
use medloop_dsl::editor::{Editor, Place};
use medloop_dsl::format;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashMap;

/// An answer, or why there is none.
type Answer = Result<Value, Words>;

/// The answer to a request; `None`: it is of no kind that is known.
pub(super) fn answer(folders: &mut Folders, lang: Lang, request: Request) -> Option<Answer> {
    let params = request.params;
    Some(match request.method.as_str() {
        HoverRequest::METHOD => at(folders, params, |here| here.hover(lang)),
        Completion::METHOD => at(folders, params, |here| here.complete()),
        GotoDefinition::METHOD => at(folders, params, |here| here.definition()),
        References::METHOD => references(folders, params),
        DocumentHighlightRequest::METHOD => at(folders, params, |here| here.highlights()),
        PrepareRenameRequest::METHOD => at(folders, params, |here| here.about_to_rename()),
        Rename::METHOD => rename(folders, params),
        DocumentSymbolRequest::METHOD => whole(folders, params, |editor, file, lines| {
            json(editor.outline(file).into_iter().map(|one| shapes::symbol(lines, one)).collect::<Vec<_>>())
        }),
        SemanticTokensFullRequest::METHOD => whole(folders, params, |editor, file, lines| {
            json(SemanticTokens { result_id: None, data: shapes::tokens(lines, &editor.colours(file)) })
        }),
        CodeActionRequest::METHOD => repairs(params, lang),
        InlayHintRequest::METHOD => inlays(folders, params, lang),
        Formatting::METHOD => whole(folders, params, formatted),
        _ => return None,
    })
}

fn json(value: impl Serialize) -> Answer {
    serde_json::to_value(value).map_err(|e| unreadable(&e))
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P, Words> {
    serde_json::from_value(params).map_err(|e| unreadable(&e))
}

fn unreadable(problem: &serde_json::Error) -> Words {
    Words::new(format!("编辑器的请求读不懂：{problem}"), format!("the request cannot be read: {problem}"))
}

/// A place in an open file.
struct Here<'a> {
    editor: &'a Editor,
    file: String,
    lines: Lines<'a>,
    offset: usize,
}

/// Answers about a place; `null` where there is no such file.
fn at(folders: &mut Folders, params: Value, say: impl FnOnce(Here<'_>) -> Answer) -> Answer {
    let place: TextDocumentPositionParams = read(params)?;
    at_place(folders, &place.text_document.uri, place.position, say)
}

fn at_place(
    folders: &mut Folders,
    uri: &Uri,
    position: Position,
    say: impl FnOnce(Here<'_>) -> Answer,
) -> Answer {
    let Some((file, editor)) = folders.file(uri) else { return Ok(Value::Null) };
    let Some(text) = editor.text(&file) else { return Ok(Value::Null) };
    let lines = Lines::new(text);
    let offset = lines.offset(position);
    say(Here { editor, file, lines, offset })
}

/// Answers about a file.
fn whole(
    folders: &mut Folders,
    params: Value,
    say: impl FnOnce(&Editor, &str, &Lines<'_>) -> Answer,
) -> Answer {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Params {
        text_document: lsp_types::TextDocumentIdentifier,
    }
    let params: Params = read(params)?;
    let Some((file, editor)) = folders.file(&params.text_document.uri) else { return Ok(Value::Null) };
    let Some(text) = editor.text(&file) else { return Ok(Value::Null) };
    say(editor, &file, &Lines::new(text))
}

fn references(folders: &mut Folders, params: Value) -> Answer {
    let params: lsp_types::ReferenceParams = read(params)?;
    let place = params.text_document_position;
    let all = params.context.include_declaration;
    at_place(folders, &place.text_document.uri, place.position, |here| {
        let found = here.editor.references(&here.file, here.offset).into_iter();
        let found = found.filter(|(_, defines)| all || !defines);
        json(found.filter_map(|(place, _)| location(here.editor, &place)).collect::<Vec<_>>())
    })
}

fn rename(folders: &mut Folders, params: Value) -> Answer {
    let params: lsp_types::RenameParams = read(params)?;
    let place = params.text_document_position;
    at_place(folders, &place.text_document.uri, place.position, |here| {
        #[expect(clippy::mutable_key_type, reason = "the protocol's own type")]
        let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
        for (place, new_text) in here.editor.rename(&here.file, here.offset, &params.new_name)? {
            if let Some(Location { uri, range }) = location(here.editor, &place) {
                changes.entry(uri).or_default().push(TextEdit { range, new_text });
            }
        }
        json(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
    })
}

/// A right name for each mistake at a place that has one.
fn repairs(params: Value, lang: Lang) -> Answer {
    let params: lsp_types::CodeActionParams = read(params)?;
    let uri = params.text_document.uri;
    let all = params.context.diagnostics.into_iter();
    json(all.filter_map(|mistake| shapes::repair(&uri, mistake, lang)).collect::<Vec<_>>())
}

/// Behind the names of nodes, the limits that follow from others.
fn inlays(folders: &mut Folders, params: Value, lang: Lang) -> Answer {
    let asked: lsp_types::InlayHintParams = read(params.clone())?;
    whole(folders, params, |editor, file, lines| {
        let all = editor.implied(file).into_iter().map(|one| shapes::inlay(lines, one, lang));
        let within = |p: &Position| asked.range.start <= *p && *p <= asked.range.end;
        json(all.filter(|one| within(&one.position)).collect::<Vec<_>>())
    })
}

/// The whole text in its one layout; none when it cannot be read, which its mistakes tell.
fn formatted(editor: &Editor, file: &str, lines: &Lines<'_>) -> Answer {
    let text = editor.text(file).unwrap_or_default();
    if !file.ends_with(".loop") {
        return Ok(Value::Null);
    }
    let Ok(new_text) = format::format(file, text, None) else { return Ok(Value::Null) };
    let range = Range::new(Position::new(0, 0), lines.position(text.len()));
    json(if new_text == text { Vec::new() } else { vec![TextEdit { range, new_text }] })
}

fn location(editor: &Editor, (file, span): &Place) -> Option<Location> {
    Some(Location { uri: uri(file)?, range: Lines::new(editor.text(file)?).range(*span) })
}

impl Here<'_> {
    fn hover(self, lang: Lang) -> Answer {
        let found = self.editor.hover(&self.file, self.offset, lang);
        json(found.map(|(span, value)| Hover {
            contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }),
            range: Some(self.lines.range(span)),
        }))
    }

    fn complete(self) -> Answer {
        let (word, all) = self.editor.complete(&self.file, self.offset);
        let range = self.lines.range(word);
        let items = all.into_iter().map(|one| shapes::completion(range, one)).collect();
        json(CompletionList { is_incomplete: false, items })
    }

    fn definition(self) -> Answer {
        let place = self.editor.definition(&self.file, self.offset);
        json(place.and_then(|place| location(self.editor, &place)))
    }

    fn highlights(self) -> Answer {
        let found = self.editor.references(&self.file, self.offset).into_iter();
        let here = found.filter(|((file, _), _)| *file == self.file);
        let mark = |((_, span), _)| DocumentHighlight { range: self.lines.range(span), kind: None };
        json(here.map(mark).collect::<Vec<_>>())
    }

    fn about_to_rename(self) -> Answer {
        let found = self.editor.name_at(&self.file, self.offset);
        json(found.map(|(span, name)| PrepareRenameResponse::RangeWithPlaceholder {
            range: self.lines.range(span),
            placeholder: name.to_owned(),
        }))
    }
}
