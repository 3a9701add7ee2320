//! The course of an alert: its turns, what people did about it, and its escalations, in one line of time.

use super::{Turn, Words};
use crate::name::RoleCode;
use crate::time::{Instant, Span};
use crate::value::Person;
use serde::{Deserialize, Serialize};

/// Where an alert stands.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertStatus {
    /// Raised; nobody has taken it yet.
    Open,
    /// Somebody has taken it.
    Acknowledged,
    /// Looked into: it was a risk, or it was none.
    Verified,
    /// Put aside, with the reason.
    Dismissed,
    /// Done with.
    Closed,
    /// Late data took the violation away before anybody had judged it.
    SelfCleared,
}

impl AlertStatus {
    /// Whether somebody still has to do something.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Acknowledged)
    }
}

/// What a person does about an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "act")]
pub enum Act {
    /// 受理: takes it.
    Acknowledge,
    /// 核实: looked into it.
    Verify {
        /// Whether it was a risk.
        risk: bool,
    },
    /// 忽略: puts it aside.
    Dismiss {
        /// Why.
        why: String,
    },
    /// 关闭: done with it.
    Close,
}

impl Act {
    /// The word of the contract.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Verify { .. } => "verify",
            Self::Dismiss { .. } => "dismiss",
            Self::Close => "close",
        }
    }

    /// What an alert becomes by it; `None`: not in this state.
    #[must_use]
    pub const fn leads(&self, from: AlertStatus) -> Option<AlertStatus> {
        use AlertStatus::{Acknowledged, Closed, Dismissed, Open, Verified};
        match (self, from) {
            (Self::Acknowledge, Open) => Some(Acknowledged),
            (Self::Verify { .. }, Open | Acknowledged) => Some(Verified),
            (Self::Dismiss { .. }, Open | Acknowledged) => Some(Dismissed),
            (Self::Close, Verified | Dismissed) => Some(Closed),
            _ => None,
        }
    }

    /// Every act that is allowed in a state, by its word.
    #[must_use]
    pub fn allowed(from: AlertStatus) -> Vec<&'static str> {
        let all = [
            Self::Acknowledge,
            Self::Verify { risk: true },
            Self::Dismiss { why: String::new() },
            Self::Close,
        ];
        all.iter().filter(|a| a.leads(from).is_some()).map(Self::word).collect()
    }
}

/// Something a person did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// When.
    pub at: Instant,
    /// Who.
    pub by: Person,
    /// Whether that is proven, or only what the caller said.
    #[serde(default)]
    pub authenticated: bool,
    /// What.
    #[serde(flatten)]
    pub act: Act,
}

/// One step of an alert's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Instant,
    /// What.
    pub deed: Deed,
}

/// What happened to an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It was raised; with what it says and why.
    Raised {
        /// What the alert says.
        message: Words,
        /// Why.
        because: Words,
    },
    /// Raised anew, after late data had cleared it.
    Reopened {
        /// What the alert says.
        message: Words,
        /// Why.
        because: Words,
    },
    /// Late data took the violation away; why it does not hold any more.
    Cleared(Words),
    /// Nobody had taken it in time: this role is told.
    Escalated(RoleCode),
    /// A person did something.
    Acted(Action),
}

/// An alert with all that has happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// Where it stands.
    pub status: AlertStatus,
    /// When it was last raised.
    pub raised_at: Instant,
    /// When the verdict had turned.
    pub due_at: Instant,
    /// Everything, in order.
    pub history: Vec<Step>,
    /// How many escalations there were since it was last raised.
    pub level: u32,
    /// The next escalation, if nobody takes it before.
    pub next: Option<Instant>,
    /// Whether the violation is there now.
    pub standing: bool,
}

/// Why an action was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The state in which it is not allowed.
    pub status: AlertStatus,
}

/// The course of an alert up to `now`. `None`: it was not raised by then.
///
/// At one moment turns come before what people did. An action that does not fit the state it meets changes nothing, and stays
/// in the history. Escalations stop when somebody has taken the alert or late data has cleared it. An alert that a person has
/// judged keeps that judgment when late data comes; raised anew after having been cleared it is open again.
#[must_use]
pub fn course(
    escalate: &[(Span, RoleCode)],
    turns: &[Turn],
    actions: &[Action],
    now: Instant,
) -> Option<Course> {
    let mut turns = turns.iter().filter(|t| t.at <= now).peekable();
    let mut actions = actions.iter().filter(|a| a.at <= now).peekable();
    let mut line: Option<Course> = None;
    loop {
        let action_first = match (turns.peek(), actions.peek()) {
            (None, None) => break,
            (Some(turn), Some(action)) => action.at < turn.at,
            (turn, _) => turn.is_none(),
        };
        if action_first {
            let (Some(action), Some(course)) = (actions.next(), line.as_mut()) else { continue };
            course.escalate(escalate, action.at);
            course.act(action);
        } else if let Some(turn) = turns.next() {
            if let Some(course) = line.as_mut() {
                course.escalate(escalate, turn.at);
            }
            line = turned(line, turn);
        }
    }
    let mut course = line?;
    course.escalate(escalate, Instant(now.0.saturating_add(1)));
    course.next = course.coming(escalate).first().map(|(at, _)| *at);
    Some(course)
}

fn turned(line: Option<Course>, turn: &Turn) -> Option<Course> {
    let because = turn.because.clone();
    let Some(cause) = &turn.raised else {
        let mut course = line?;
        course.standing = false;
        course.history.push(Step { at: turn.at, deed: Deed::Cleared(because) });
        if matches!(course.status, AlertStatus::Open | AlertStatus::Acknowledged) {
            course.status = AlertStatus::SelfCleared;
        }
        return Some(course);
    };
    let message = cause.message.clone();
    let deed =
        if line.is_some() { Deed::Reopened { message, because } } else { Deed::Raised { message, because } };
    let mut history = line.map(|c| c.history).unwrap_or_default();
    history.push(Step { at: turn.at, deed });
    Some(Course {
        status: AlertStatus::Open,
        raised_at: turn.at,
        due_at: cause.due,
        history,
        level: 0,
        next: None,
        standing: true,
    })
}

impl Course {
    fn act(&mut self, action: &Action) {
        if let Some(to) = action.act.leads(self.status) {
            self.status = to;
        }
        self.history.push(Step { at: action.at, deed: Deed::Acted(action.clone()) });
    }

    /// The escalations that are still to come.
    fn coming(&self, escalate: &[(Span, RoleCode)]) -> Vec<(Instant, RoleCode)> {
        if self.status != AlertStatus::Open {
            return Vec::new();
        }
        let mut all: Vec<_> =
            escalate.iter().map(|(d, role)| (self.raised_at.plus(*d), role.clone())).collect();
        all.sort();
        all.split_off((self.level as usize).min(all.len()))
    }

    /// Those before `until` have come.
    fn escalate(&mut self, escalate: &[(Span, RoleCode)], until: Instant) {
        for (at, role) in self.coming(escalate).into_iter().filter(|(at, _)| *at < until) {
            self.level += 1;
            self.history.push(Step { at, deed: Deed::Escalated(role) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Words {
        Words { zh: text.into(), en: text.into() }
    }
    fn raised(at: i64, due: i64) -> Turn {
        let raised = Some(Cause { due: Instant(due), message: words("late"), dept: None });
        Turn { at: Instant(at), raised, because: words("nothing came") }
    }
    fn cleared(at: i64) -> Turn {
        Turn { at: Instant(at), raised: None, because: words("it came") }
    }
    fn did(at: i64, act: Act) -> Action {
        Action {
            at: Instant(at),
            by: Person { id: Some("0427".into()), name: None },
            authenticated: true,
            act,
        }
    }
    fn ladder() -> Vec<(Span, RoleCode)> {
        vec![
            (Span(30), RoleCode::parse("chief").unwrap()),
            (Span(10), RoleCode::parse("head_nurse").unwrap()),
        ]
    }
    use crate::alert::Cause;

    fn told(course: &Course) -> Vec<(i64, String)> {
        let word = |d: &Deed| match d {
            Deed::Raised { .. } => "raised".to_owned(),
            Deed::Reopened { .. } => "reopened".to_owned(),
            Deed::Cleared(_) => "cleared".to_owned(),
            Deed::Escalated(role) => role.to_string(),
            Deed::Acted(action) => action.act.word().to_owned(),
        };
        course.history.iter().map(|s| (s.at.0, word(&s.deed))).collect()
    }
    fn at(now: i64, turns: &[Turn], actions: &[Action]) -> Option<Course> {
        course(&ladder(), turns, actions, Instant(now))
    }

    #[test]
    fn it_escalates_until_somebody_takes_it() {
        let turns = [raised(100, 90)];
        assert_eq!(at(99, &turns, &[]), None);
        let open = at(109, &turns, &[]).unwrap();
        assert_eq!((open.status, open.level, open.next), (AlertStatus::Open, 0, Some(Instant(110))));
        let first = at(110, &turns, &[]).unwrap();
        assert_eq!((first.level, first.next), (1, Some(Instant(130))));
        let taken = [did(120, Act::Acknowledge)];
        let course = at(500, &turns, &taken).unwrap();
        assert_eq!((course.status, course.level, course.next), (AlertStatus::Acknowledged, 1, None));
        assert_eq!(
            told(&course),
            [(100, "raised".into()), (110, "head_nurse".into()), (120, "acknowledge".into())]
        );
        assert_eq!(at(500, &turns, &[]).unwrap().level, 2);
        assert_eq!(
            at(500, &turns, &[did(130, Act::Acknowledge)]).unwrap().level,
            1,
            "at the same moment a person comes first"
        );
    }

    #[test]
    fn late_data_clears_what_nobody_has_judged() {
        let turns = [raised(100, 90), cleared(105), raised(200, 90)];
        let cleared_once = at(150, &turns, &[]).unwrap();
        assert_eq!((cleared_once.status, cleared_once.standing), (AlertStatus::SelfCleared, false));
        let again = at(205, &turns, &[]).unwrap();
        assert_eq!(
            (again.status, again.raised_at, again.next),
            (AlertStatus::Open, Instant(200), Some(Instant(210)))
        );
        assert_eq!(told(&again), [(100, "raised".into()), (105, "cleared".into()), (200, "reopened".into())]);
        let judged = at(150, &turns, &[did(103, Act::Verify { risk: true })]).unwrap();
        assert_eq!((judged.status, judged.standing), (AlertStatus::Verified, false));
        assert_eq!(
            at(205, &turns, &[did(103, Act::Verify { risk: true })]).unwrap().status,
            AlertStatus::Open
        );
    }

    #[test]
    fn an_act_out_of_place_changes_nothing() {
        let turns = [raised(100, 90)];
        let close = at(150, &turns, &[did(101, Act::Close)]).unwrap();
        assert_eq!(close.status, AlertStatus::Open);
        let done = [did(101, Act::Verify { risk: false }), did(102, Act::Close), did(103, Act::Acknowledge)];
        assert_eq!(at(150, &turns, &done).unwrap().status, AlertStatus::Closed);
        assert_eq!(Act::allowed(AlertStatus::Open), ["acknowledge", "verify", "dismiss"]);
        assert_eq!(Act::allowed(AlertStatus::Verified), ["close"]);
        assert!(Act::allowed(AlertStatus::SelfCleared).is_empty());
    }
}
