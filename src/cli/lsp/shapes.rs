//! What the language has, in the shapes of the protocol.

use super::lines::Lines;
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionProviderCapability, CompletionItem, CompletionItemKind,
    CompletionOptions, CompletionTextEdit, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity,
    DocumentSymbol, HoverProviderCapability, InlayHint, InlayHintLabel, InlayHintTooltip, Location,
    NumberOrString, OneOf, Range, RenameOptions, SemanticToken, SemanticTokenModifier, SemanticTokenType,
    SemanticTokensFullOptions, SemanticTokensLegend, SemanticTokensOptions, ServerCapabilities, SymbolKind,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
    TextEdit, Uri, WorkDoneProgressOptions, WorkspaceEdit,
};
use medloop_dsl::Implied;
use medloop_dsl::diagnostic::{Diagnostic as Found, Label, Lang, Severity};
use medloop_dsl::editor::{Kind, Outlined, Proposal};
use medloop_dsl::tree::Span;

/// What the server can do.
pub(super) fn capabilities() -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::FULL),
        save: Some(TextDocumentSyncSaveOptions::Supported(true)),
        ..TextDocumentSyncOptions::default()
    };
    let legend = SemanticTokensLegend {
        token_types: TOKENS.to_vec(),
        token_modifiers: vec![SemanticTokenModifier::DECLARATION],
    };
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some([".", " ", "、"].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Simple(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        inlay_hint_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        })),
        semantic_tokens_provider: Some(
            SemanticTokensOptions {
                legend,
                full: Some(SemanticTokensFullOptions::Bool(true)),
                ..SemanticTokensOptions::default()
            }
            .into(),
        ),
        ..ServerCapabilities::default()
    }
}

/// The colours of names: those of the protocol that editors have already.
const TOKENS: [SemanticTokenType; 9] = [
    SemanticTokenType::NAMESPACE,
    SemanticTokenType::CLASS,
    SemanticTokenType::PARAMETER,
    SemanticTokenType::FUNCTION,
    SemanticTokenType::VARIABLE,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::EVENT,
    SemanticTokenType::TYPE,
    SemanticTokenType::ENUM_MEMBER,
];

fn token(kind: Kind) -> u32 {
    match kind {
        Kind::Loop | Kind::Fragment | Kind::Keyword => 0,
        Kind::Node => 1,
        Kind::Param => 2,
        Kind::Rule => 3,
        Kind::Measure | Kind::Lengths => 4,
        Kind::Field => 5,
        Kind::Event => 6,
        Kind::System => 7,
        Kind::Role => 8,
    }
}

/// Names in text order, each told by its distance from the one before.
pub(super) fn tokens(lines: &Lines<'_>, names: &[(Span, Kind, bool)]) -> Vec<SemanticToken> {
    let mut out = Vec::with_capacity(names.len());
    let (mut line, mut column) = (0, 0);
    for (span, kind, defines) in names {
        let Range { start, end } = lines.range(*span);
        // One that goes over several lines cannot be told.
        if start.line != end.line {
            continue;
        }
        out.push(SemanticToken {
            delta_line: start.line - line,
            delta_start: if start.line == line { start.character - column } else { start.character },
            length: end.character - start.character,
            token_type: token(*kind),
            token_modifiers_bitset: u32::from(*defines),
        });
        (line, column) = (start.line, start.character);
    }
    out
}

/// A mistake: what is wrong, what should stand there, what to do; other places beside it, the right name for [`repair`].
pub(super) fn diagnostic(
    found: &Found,
    lines: &Lines<'_>,
    lang: Lang,
    other: &impl Fn(&Label) -> Option<Location>,
) -> Diagnostic {
    let expected = found.expected.iter().map(|words| match lang {
        Lang::Zh => format!("\n应为{}", words.zh),
        Lang::En => format!("\nexpected {}", words.en),
    });
    let nearest = found.nearest.iter().map(|name| match lang {
        Lang::Zh => format!("\n是不是“{name}”？"),
        Lang::En => format!("\ndid you mean `{name}`?"),
    });
    let help = found.help.iter().map(|help| format!("\n{}", help.get(lang)));
    let more: String = expected.chain(nearest).chain(help).collect();
    let beside = found.labels.iter().filter_map(|label| {
        let message = label.words.get(lang).to_owned();
        Some(DiagnosticRelatedInformation { location: other(label)?, message })
    });
    Diagnostic {
        range: lines.range(found.span),
        severity: Some(match found.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(found.code.to_owned())),
        source: Some("medloop".to_owned()),
        message: format!("{}{more}", found.message.get(lang)),
        related_information: Some(beside.collect()),
        data: found.nearest.clone().map(Into::into),
        ..Diagnostic::default()
    }
}

/// Puts the right name where a mistake is, if there is one.
pub(super) fn repair(uri: &Uri, mistake: Diagnostic, lang: Lang) -> Option<CodeAction> {
    let new_text = mistake.data.as_ref()?.as_str()?.to_owned();
    let title = match lang {
        Lang::Zh => format!("改为“{new_text}”"),
        Lang::En => format!("change to `{new_text}`"),
    };
    let edit = TextEdit { range: mistake.range, new_text };
    #[expect(clippy::mutable_key_type, reason = "the protocol's own type")]
    let changes = std::collections::HashMap::from([(uri.clone(), vec![edit])]);
    Some(CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![mistake]),
        edit: Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }),
        is_preferred: Some(true),
        ..CodeAction::default()
    })
}

pub(super) fn completion(range: Range, one: Proposal) -> CompletionItem {
    let Proposal { label, kind, detail } = one;
    let filter = format!("{label} {detail}");
    CompletionItem {
        kind: Some(match kind {
            Kind::Loop | Kind::Fragment => CompletionItemKind::MODULE,
            Kind::Node => CompletionItemKind::CLASS,
            Kind::Param => CompletionItemKind::CONSTANT,
            Kind::Rule => CompletionItemKind::FUNCTION,
            Kind::Measure | Kind::Lengths => CompletionItemKind::VARIABLE,
            Kind::Field => CompletionItemKind::FIELD,
            Kind::Event => CompletionItemKind::EVENT,
            Kind::System => CompletionItemKind::UNIT,
            Kind::Role => CompletionItemKind::ENUM_MEMBER,
            Kind::Keyword => CompletionItemKind::KEYWORD,
        }),
        // Names of this place before words of the language.
        sort_text: Some(format!("{}{label}", u8::from(kind == Kind::Keyword))),
        filter_text: Some(filter),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text: label.clone() })),
        detail: Some(detail).filter(|d| !d.is_empty()),
        label,
        ..CompletionItem::default()
    }
}

pub(super) fn inlay(lines: &Lines<'_>, one: Implied, lang: Lang) -> InlayHint {
    InlayHint {
        position: lines.position(one.place.end),
        label: InlayHintLabel::String(one.short.get(lang).to_owned()),
        kind: None,
        text_edits: None,
        tooltip: Some(InlayHintTooltip::String(one.long.get(lang).to_owned())),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    }
}

pub(super) fn symbol(lines: &Lines<'_>, one: Outlined) -> DocumentSymbol {
    let kind = match one.kind {
        Kind::Loop => SymbolKind::MODULE,
        Kind::Fragment => SymbolKind::NAMESPACE,
        Kind::Node => SymbolKind::CLASS,
        Kind::Param => SymbolKind::CONSTANT,
        Kind::Rule => SymbolKind::FUNCTION,
        Kind::Measure => SymbolKind::VARIABLE,
        _ => SymbolKind::METHOD,
    };
    #[expect(deprecated, reason = "the protocol's own type has the field still")]
    DocumentSymbol {
        name: one.name,
        detail: Some(one.detail).filter(|d| !d.is_empty()),
        kind,
        tags: None,
        deprecated: None,
        range: lines.range(one.span),
        selection_range: lines.range(one.at),
        children: Some(one.inner.into_iter().map(|inner| symbol(lines, inner)).collect()),
    }
}
