//! The patient in expressions: 患者.科室, and 患者.科室(t) as it was known by a moment.

use super::bound::{Bound, BoundKind};
use super::expr::{Binder, Site};
use crate::diagnostic::{Span as Place, nearest};
use crate::lexicon;
use crate::say;
use crate::tree::{Expr, Name};
use medloop_engine::patient::Of;

/// In the order of [`lexicon::PATIENT_FIELDS`].
const FIELDS: [Of; 10] =
    [Of::Id, Of::Name, Of::Sex, Of::BirthDate, Of::Age, Of::VisitNo, Of::Dept, Of::Ward, Of::Bed, Of::BabyNo];

/// Whether a name stands for the patient.
pub(super) fn is_patient(name: &Name) -> bool {
    [lexicon::PATIENT.zh, lexicon::PATIENT.en].contains(&name.text.as_str())
}

impl Binder<'_, '_, '_> {
    pub(super) fn patient(
        &mut self,
        field: &Name,
        arguments: Option<&[Expr]>,
        span: Place,
    ) -> Option<BoundKind> {
        let word = &field.text;
        let of = lexicon::position(lexicon::PATIENT_FIELDS, word).and_then(|i| FIELDS.get(i));
        let Some(of) = of else {
            let near = nearest(word, lexicon::spellings(lexicon::PATIENT_FIELDS));
            let all = |zh: bool| {
                let words = lexicon::PATIENT_FIELDS.iter().map(|w| if zh { w.zh } else { w.en });
                words.collect::<Vec<_>>().join(if zh { "、" } else { ", " })
            };
            let message = say!("患者没有“{word}”", "nothing called `{word}` is known of the patient");
            let expected = crate::diagnostic::Words::new(all(true), all(false));
            self.cx.push(self.cx.error("E0221", field.span, message).expected(expected).nearest(near));
            return None;
        };
        let Some(arguments) = arguments else { return Some(BoundKind::Patient(*of, None)) };
        if !matches!(self.site, Site::Rule) {
            let message = say!(
                "这里只看得到当前事件，患者的情况就是它写明的",
                "only the event at hand is seen here: the patient is as it says"
            );
            let help = say!("写 患者.{word}", "write patient.{word}");
            return self.told("E0505", span, message, help);
        }
        let moment = match arguments {
            [one] => Some(self.boxed(one)),
            _ => None,
        };
        if let Some(Bound { kind: BoundKind::Wrong, .. }) = moment.as_deref() {
            return None;
        }
        match moment {
            Some(at)
                if matches!(at.kind, BoundKind::Attr(..) | BoundKind::Field(..) | BoundKind::EndingAt(_)) =>
            {
                Some(BoundKind::Patient(*of, Some(at)))
            }
            _ => {
                let message = say!("括号里写一个时间", "a time belongs in the parentheses");
                let help = say!("如 患者.{word}(环节.时间)", "such as patient.{word}(NODE.at)");
                self.told("E0307", span, message, help)
            }
        }
    }

    fn told(
        &mut self,
        code: &'static str,
        span: Place,
        message: crate::diagnostic::Words,
        help: crate::diagnostic::Words,
    ) -> Option<BoundKind> {
        self.cx.push(self.cx.error(code, span, message).help(help));
        None
    }
}
