//! What had been said of the patient by a moment (§7).

use super::case::Case;
use super::term::{Form, Lack, Term, View};
use crate::facts::Fact;
use crate::graph::Expr;
use crate::patient::Of;
use crate::state::{Because, Seen, What};
use crate::time::{Instant, Moment, Precision};
use crate::value::Value;

impl<'a> View<'_, 'a> {
    pub(super) fn patient(&self, of: Of, at: Option<&Expr>) -> Term<'a> {
        let unknown = || Term::lacking(Lack::NoData(Because::PatientUnknown(of)), None, Vec::new());
        let (by, leaves) = match at {
            None => {
                let Some(opened) = self.case.opened_at() else { return unknown() };
                (Moment { at: opened, precision: Precision::Milli }, Vec::new())
            }
            Some(at) => {
                let mut term = self.term(at);
                match term.form {
                    Form::Moment { at, p, shift: 0 } => (Moment { at, precision: p }, term.leaves),
                    Form::AfterNow { .. } | Form::Unknown => {
                        term.form = Form::Unknown;
                        return term;
                    }
                    _ => return unknown(),
                }
            }
        };
        let mut facts: Vec<&Fact> =
            self.case.live(&crate::facts::TrackId::order()).into_iter().map(|f| f.1).collect();
        if !self.track.id.is_order() {
            facts.extend(self.case.live(&self.track.id).into_iter().map(|f| f.1));
        }
        facts.retain(|f| self.case.patient_said(f, of, by).is_some());
        facts.sort_by(|a, b| a.order().cmp(&b.order()));
        let by_then = |f: &&&Fact| self.case.diff(f.at, by).0 <= 0;
        let first_later =
            facts.iter().find(|f| !by_then(f)).filter(|_| !matches!(of, Of::Dept | Of::Ward | Of::Bed));
        let fact = facts.iter().rfind(by_then).or(first_later);
        let Some(value) = fact.and_then(|f| self.case.patient_said(f, of, by)) else { return unknown() };
        let happened = leaves.iter().flat_map(|l| l.facts.clone()).collect();
        let mut term = Term::plain(value.clone(), None, happened);
        for leaf in &mut term.leaves {
            leaf.seen = vec![Seen { node: None, what: What::Patient(of), value: value.clone() }];
        }
        term
    }
}

impl Case<'_> {
    fn opened_at(&self) -> Option<Instant> {
        self.opening_fact().map(|f| f.at.at)
    }

    /// What one event says of the patient.
    pub(super) fn patient_said(&self, fact: &Fact, of: Of, by: Moment) -> Option<Value> {
        let patient = fact.patient.as_ref()?;
        let text = match of {
            Of::Id => &patient.id,
            Of::Name => &patient.name,
            Of::Sex => &patient.sex,
            Of::VisitNo => &patient.visit_no,
            Of::Dept => &patient.dept,
            Of::Ward => &patient.ward,
            Of::Bed => &patient.bed,
            Of::BabyNo => &patient.baby_no,
            Of::BirthDate | Of::Age => &patient.birth_date,
        };
        let text = text.clone()?;
        if !matches!(of, Of::BirthDate | Of::Age) {
            return Some(Value::Text(text));
        }
        let born = crate::time::parse_moment(text.get(..10)?, &self.settings.zone)?;
        if of == Of::BirthDate {
            return Some(Value::Moment(born));
        }
        let day = |at| {
            let c = self.settings.zone.civil(at);
            (c.year, i64::from(c.month * 100 + c.day))
        };
        let ((year, date), (then, on)) = (day(born.at), day(by.at));
        let years = if on < date { then - year - 1 } else { then - year };
        (0..=150).contains(&years).then(|| Value::Number(f64::from(years)))
    }
}
