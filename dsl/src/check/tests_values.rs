//! The values that lines of tests give to fields: each is held against its field by the very code that reads events.

use super::Checker;
use super::compare::listed;
use super::types::Ty;
use crate::diagnostic::{Diagnostic, nearest};
use crate::lexicon;
use crate::say;
use crate::testing::{DAY_ONE, value_json};
use crate::tree::{Name, Value, ValueKind};
use medloop_engine::admit::typed;
use medloop_engine::catalogue::FieldDef;
use medloop_engine::time::Zone;
use medloop_engine::value::Type;

impl Checker<'_, '_> {
    pub(super) fn field_value(&mut self, name: &Name, value: &Value) {
        let word = &name.text;
        let Some(field) = self.names.field(word) else { return self.no_field(name) };
        let zone = Zone::fixed("UTC", 0);
        let json = value_json(value, Some(&field.kind), DAY_ONE, &zone);
        // An empty text says that the source does not send this field.
        let taken = json == "" || typed(field, &self.names.catalogue.tables, &zone, &json).is_some();
        match (taken, value.wrong) {
            (true, true) => {
                let message =
                    say!("“{word}”收这个值，它不是错值", "`{word}` takes this value: it is not invalid");
                let help = say!("不写 错值(…)", "leave `invalid(…)` out");
                self.push(self.error("E0607", value.span, message).help(help));
            }
            (false, false) => {
                let refused = self.refused(field, word, value);
                let help =
                    say!("有意写错的值写作 错值(…)", "what is meant to be wrong is written `invalid(…)`");
                self.push(refused.help(help));
            }
            (true, false) => self.odd(field, word, value),
            (false, true) => {}
        }
    }

    fn no_field(&mut self, name: &Name) {
        let word = &name.text;
        if let Some(asked) = lexicon::of_patient(word) {
            // Ages are reckoned from birth dates: no event states them.
            if lexicon::patient_member(asked).is_none() {
                let near = nearest(asked, lexicon::spellings(lexicon::PATIENT_FIELDS));
                let message = say!("事件不会写明患者的“{asked}”", "no event states `{asked}` of the patient");
                self.push(self.error("E0221", name.span, message).nearest(near));
            }
        } else if lexicon::position(lexicon::ATTRIBUTES, word).is_none()
            && !self.names.catalogue.fields.is_empty()
        {
            let near = nearest(word, self.names.field_names().chain(lexicon::spellings(lexicon::ATTRIBUTES)));
            let message = say!("字段字典里没有字段“{word}”", "the dictionary has no field `{word}`");
            self.push(self.error("E0206", name.span, message).nearest(near));
        }
    }

    /// Why the field does not take the value.
    fn refused(&self, field: &FieldDef, word: &str, value: &Value) -> Diagnostic {
        let want = Ty::of_type(&field.kind);
        let text = value.text().unwrap_or_default();
        if let Type::Code(table) = &field.kind
            && let Some((_, known)) = self.names.table(table)
        {
            let message =
                say!("字段“{word}”的代码表里没有“{text}”", "the code table of `{word}` has no `{text}`");
            let error = self.error("E0607", value.span, message);
            let words = known.codes.iter().flat_map(|(c, n)| [c.as_ref(), n.name.as_str()]);
            return match (nearest(&text, words), listed(known)) {
                (None, Some(listed)) => error.expected(listed),
                (near, _) => error.nearest(near),
            };
        }
        match (&want, &value.kind, field.range, &field.pattern) {
            (Ty::Number, ValueKind::Number(_), Some((least, most)), _) => {
                let message = say!(
                    "字段“{word}”的值在 {least} 到 {most} 之间，不能是 {text}",
                    "`{word}` holds {least} to {most} and cannot be {text}"
                );
                self.error("E0607", value.span, message)
            }
            (Ty::Text, ValueKind::Text(_) | ValueKind::Word(_) | ValueKind::Number(_), _, Some(pattern)) => {
                let message = say!(
                    "字段“{word}”的格式是 {pattern}，“{text}”不合",
                    "`{word}` has the form {pattern}, which `{text}` has not"
                );
                self.error("E0607", value.span, message)
            }
            _ => self.of_another_kind(&want, word, value, true),
        }
    }

    /// What the field takes although it is written for another kind of field.
    fn odd(&mut self, field: &FieldDef, word: &str, value: &Value) {
        let want = Ty::of_type(&field.kind);
        let fits = match (&want, &value.kind) {
            (Ty::Number, ValueKind::Number(q)) => q.unit.is_none(),
            (Ty::Span, ValueKind::Number(q)) => q.unit.is_some(),
            (Ty::Text, ValueKind::Moment(_) | ValueKind::Clock(_)) => false,
            _ => true,
        };
        if !fits {
            let warning = self.of_another_kind(&want, word, value, false);
            self.push(warning);
        }
    }

    fn of_another_kind(&self, want: &Ty, word: &str, value: &Value, refused: bool) -> Diagnostic {
        let (zh, en) = want.words();
        let message = say!("字段“{word}”要{zh}", "the field `{word}` holds {en}");
        let told = if refused {
            self.error("E0607", value.span, message)
        } else {
            self.warning("E0607", value.span, message)
        };
        match (want, &value.kind) {
            (Ty::Number, ValueKind::Text(text)) => match text.parse::<f64>() {
                Ok(n) => told.help(say!("数字不写引号：{n}", "a number has no quotes: {n}")),
                Err(_) => told,
            },
            (Ty::Bool, _) => told.expected(say!("真 或 假", "true or false")),
            (Ty::Moment, _) => told.expected(say!("如 2026-01-05 或 08:00", "such as 2026-01-05 or 08:00")),
            (Ty::Span, _) => told.expected(say!("如 30分钟", "such as 30min")),
            (Ty::List(_), _) => told.expected(say!("如 (\"甲\"、\"乙\")", "such as (\"a\", \"b\")")),
            _ => told,
        }
    }
}
