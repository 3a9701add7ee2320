//! One expectation against what is: what differs is told with the engine's own reason.

use super::replay::Scene;
use super::script::{Check, Script};
use super::{Outcome, values, words};
use crate::diagnostic::{Diagnostic, Span, Words, nearest};
use crate::lexicon;
use crate::tree::{Expectation, Name, Quantity, Selector};
use medloop_engine::alert::judged;
use medloop_engine::explain;
use medloop_engine::facts::TrackId;
use medloop_engine::graph::{EndingKind, NodeIx, ScopeIx};
use medloop_engine::state::{EndedBy, NodeState, NodeStatus, RuleState, Status, TrackState, Verdict};
use medloop_engine::time;
use medloop_engine::words::{Lang, Worded};
use std::sync::Arc;

/// Looks at one expectation; a failure is put into the outcome.
pub(super) fn check(
    file: &str,
    script: &Script,
    check: &Check,
    scene: Option<&Scene>,
    outcome: &mut Outcome,
) {
    outcome.expectations += 1;
    let Some(scene) = scene else {
        let words = Words::new("这时还没有这个闭环", "there is no such loop at that time");
        outcome.failures.push(Diagnostic::error("E0612", file, check.span, words));
        return;
    };
    let judge = Judge { script, scene };
    let verdict = match &check.expectation {
        Expectation::Loop { selector, status } => judge.whole(selector.as_ref(), status),
        Expectation::Alert { raised, rule, selector } => judge.alert(*raised, rule, selector.as_ref()),
        Expectation::Named { name, selector, status, by } => {
            judge.named(name, selector.as_ref(), status, by.as_ref())
        }
    };
    if let Err(wrong) = verdict {
        let mut d = Diagnostic::error(wrong.code, file, wrong.span.unwrap_or(check.span), wrong.words);
        d = d.nearest(wrong.nearest);
        for because in wrong.because {
            d = d.help(because);
        }
        outcome.failures.push(d);
    }
}

struct Wrong {
    code: &'static str,
    span: Option<Span>,
    words: Words,
    because: Vec<Words>,
    nearest: Option<String>,
}

impl Wrong {
    /// Not as expected.
    fn differs(words: Words) -> Box<Self> {
        Box::new(Self { code: "E0612", span: None, words, because: Vec::new(), nearest: None })
    }
    /// A name or word that fits nothing.
    fn unknown(span: Span, words: Words, nearest: Option<String>) -> Box<Self> {
        Box::new(Self { code: "E0610", span: Some(span), words, because: Vec::new(), nearest })
    }
}

type Judged = Result<(), Box<Wrong>>;

struct Judge<'a> {
    script: &'a Script,
    scene: &'a Scene,
}

impl Judge<'_> {
    fn whole(&self, selector: Option<&Selector>, status: &Name) -> Judged {
        let (is, ended) = match selector {
            None => (self.scene.state.status, self.scene.state.ended_by.as_ref()),
            Some(selector) => {
                let track = self.track(selector)?;
                (track.status, track.ended_by.as_ref())
            }
        };
        if let Some(which) = lexicon::position(lexicon::WASTE, &status.text) {
            return wasting(which == 0, is, ended);
        }
        let wanted = word::<Status>(status)?;
        if is == wanted {
            return Ok(());
        }
        let ((wz, we), (iz, ie)) = (words::spelling(wanted), words::spelling(is));
        let mut wrong = Wrong::differs(crate::say!(
            "闭环应为 {wz}，实为 {iz}",
            "the loop should be “{we}” and is “{ie}”"
        ));
        wrong.because = self.open_points();
        Err(wrong)
    }

    /// What keeps an instance from being as expected: its nodes that are not done and rules that are violated.
    fn open_points(&self) -> Vec<Words> {
        let state = &self.scene.state;
        let mut all = Vec::new();
        for track in &state.tracks {
            for node in &track.nodes {
                let open = matches!(
                    node.status,
                    NodeStatus::Missing | NodeStatus::Overdue | NodeStatus::Due | NodeStatus::Pending
                );
                let of = self.script.definition.node(node.node);
                if open || of.is_some_and(|of| node.findings.iter().any(|f| f.leaves_out(of))) {
                    let (title, (zh, en)) = (self.title(node.node, &track.id), words::spelling(node.status));
                    all.push(crate::say!("{title}：{zh}", "{title}: {en}"));
                }
            }
            all.extend(
                track.rules.iter().filter(|r| r.verdict == Verdict::Violated).map(|r| self.why_rule(r)),
            );
        }
        all.truncate(6);
        all
    }

    fn title(&self, node: NodeIx, track: &TrackId) -> String {
        let name = self.script.definition.node(node).map_or("?", |n| n.name.as_str());
        if track.is_order() { name.to_owned() } else { format!("{name}[{}]", track.value) }
    }

    fn alert(&self, raised: bool, name: &Name, selector: Option<&Selector>) -> Judged {
        let (index, _) = self.rule(name)?;
        let states = self.rule_states(index, selector)?;
        let status = self.scene.state.status;
        let violated = states.iter().any(|r| r.verdict == Verdict::Violated);
        if (violated && judged(status)) == raised {
            return Ok(());
        }
        let rule = &name.text;
        if violated && raised {
            let (zh, en) = words::spelling(status);
            return Err(Wrong::differs(crate::say!(
                "规则 {rule} 应有告警，没有：闭环 {zh}，没有开立的医嘱不告警",
                "the rule {rule} should alert and does not: the loop is “{en}”, and an order that is not opened has no alerts"
            )));
        }
        let words = if raised {
            crate::say!("规则 {rule} 应有告警，没有", "the rule {rule} should alert and does not")
        } else {
            crate::say!("规则 {rule} 不应有告警，却有", "the rule {rule} should not alert and does")
        };
        let mut wrong = Wrong::differs(words);
        wrong.because = states.iter().map(|r| self.why_rule(r)).collect();
        Err(wrong)
    }

    fn named(
        &self,
        name: &Name,
        selector: Option<&Selector>,
        status: &Name,
        by: Option<&Quantity>,
    ) -> Judged {
        let definition = &self.script.definition;
        let wanted = name.text.as_str();
        let node = definition.nodes().find(|(_, n)| n.code.as_str() == wanted || n.name == wanted);
        if let Some((ix, node)) = node {
            return self.node(ix, node.scope, name, selector, status, by);
        }
        let (index, scope) = self.rule(name)?;
        let verdict = word::<Verdict>(status)?;
        let states = self.rule_states(index, selector)?;
        if states.is_empty() {
            return Err(Wrong::differs(nothing(wanted, scope)));
        }
        match states.iter().find(|r| r.verdict != verdict) {
            None => Ok(()),
            Some(r) => {
                let wanted = self.on_track(wanted, |t| t.rules.iter().any(|all| std::ptr::eq(all, *r)));
                let ((wz, we), (iz, ie)) = (words::spelling(verdict), words::spelling(r.verdict));
                let words = crate::say!(
                    "规则 {wanted} 应为 {wz}，实为 {iz}",
                    "the rule {wanted} should be “{we}” and is “{ie}”"
                );
                let mut wrong = Wrong::differs(words);
                wrong.because.push(self.why_rule(r));
                Err(wrong)
            }
        }
    }

    fn node(
        &self,
        ix: NodeIx,
        scope: ScopeIx,
        name: &Name,
        selector: Option<&Selector>,
        status: &Name,
        by: Option<&Quantity>,
    ) -> Judged {
        let wanted = word::<NodeStatus>(status)?;
        let title = name.text.as_str();
        let states = self.node_states(ix, selector)?;
        if states.is_empty() {
            return Err(Wrong::differs(nothing(title, scope)));
        }
        for state in states {
            let title = self.on_track(title, |t| t.nodes.iter().any(|n| std::ptr::eq(n, state)));
            if state.status != wanted {
                let ((wz, we), (iz, ie)) = (words::spelling(wanted), words::spelling(state.status));
                let words = crate::say!(
                    "环节 {title} 应为 {wz}，实为 {iz}",
                    "the node {title} should be “{we}” and is “{ie}”"
                );
                let mut wrong = Wrong::differs(words);
                wrong.because.push(self.why_node(state));
                return Err(wrong);
            }
            if let Some(by) = by {
                let expected = span(by).ok_or_else(|| {
                    Wrong::unknown(by.span, Words::new("时长要有单位", "a duration needs its unit"), None)
                })?;
                let is =
                    if wanted == NodeStatus::Early { state.timing.early_by } else { state.timing.late_by };
                if is != expected {
                    let (e, i) = (spell(expected), spell(is));
                    let words = crate::say!(
                        "环节 {title} 应相差 {e}，实为 {i}",
                        "the node {title} should be off by {e} and is off by {i}"
                    );
                    let mut wrong = Wrong::differs(words);
                    wrong.because.push(self.why_node(state));
                    return Err(wrong);
                }
            }
        }
        Ok(())
    }

    /// A name with the value of the track that is meant, where it is not the order's own.
    fn on_track(&self, name: &str, is: impl Fn(&TrackState) -> bool) -> String {
        match self.scene.state.tracks.iter().find(|t| is(t)) {
            Some(track) if !track.id.is_order() => format!("{name}[{}]", track.id.value),
            _ => name.to_owned(),
        }
    }

    fn rule(&self, name: &Name) -> Result<(u16, ScopeIx), Box<Wrong>> {
        let definition = &self.script.definition;
        let wanted = name.text.as_str();
        let found =
            definition.rules.iter().enumerate().find(|(_, r)| r.code.as_str() == wanted || r.name == wanted);
        found.and_then(|(i, r)| Some((u16::try_from(i).ok()?, r.scope))).ok_or_else(|| {
            let rules = definition.rules.iter().flat_map(|r| [r.name.as_str(), r.code.as_str()]);
            let nodes = definition.nodes.iter().flat_map(|n| [n.name.as_str(), n.code.as_str()]);
            let near = nearest(wanted, rules.chain(nodes));
            Wrong::unknown(
                name.span,
                crate::say!("没有叫 “{wanted}” 的环节或规则", "there is no node or rule “{wanted}”"),
                near,
            )
        })
    }

    fn rule_states(&self, rule: u16, selector: Option<&Selector>) -> Result<Vec<&RuleState>, Box<Wrong>> {
        let chosen = selector.map(|s| self.track(s)).transpose()?;
        let tracks = self.scene.state.tracks.iter();
        let tracks = tracks.filter(|t| chosen.is_none_or(|c| c.id == t.id));
        Ok(tracks.flat_map(|t| t.rules.iter().filter(move |r| r.rule == rule)).collect())
    }

    /// The last round of a node on every track that the selector leaves; standing nodes on the order only where no track is.
    fn node_states(&self, node: NodeIx, selector: Option<&Selector>) -> Result<Vec<&NodeState>, Box<Wrong>> {
        let chosen = selector.map(|s| self.track(s)).transpose()?;
        let tracks = self.scene.state.tracks.iter().filter(|t| chosen.is_none_or(|c| c.id == t.id));
        let last =
            |t: &'_ TrackState| t.nodes.iter().filter(|n| n.node == node).max_by_key(|n| n.round).cloned();
        let scope = self.script.definition.node(node).map(|n| n.scope);
        let all: Vec<(&TrackState, NodeState)> = tracks.filter_map(|t| Some((t, last(t)?))).collect();
        let own = all.iter().any(|(t, _)| Some(t.id.scope) == scope);
        let kept = all.into_iter().filter(|(t, _)| !own || Some(t.id.scope) == scope);
        Ok(kept
            .filter_map(|(t, s)| t.nodes.iter().find(|n| n.node == s.node && n.round == s.round))
            .collect())
    }

    fn track(&self, selector: &Selector) -> Result<&TrackState, Box<Wrong>> {
        let definition = &self.script.definition;
        let field = selector.field.text.as_str();
        let named = |code: &str| {
            let name =
                definition.fields.values().find(|d| d.code.as_str() == code).map(|d| d.name.name.as_str());
            code == field || name == Some(field)
        };
        let scope = definition.scopes.iter().position(|s| named(s.field.as_str()));
        let Some(scope) = scope.and_then(|i| u16::try_from(i + 1).ok()) else {
            let words = crate::say!("没有 “每个 {field}”", "there is no block for each “{field}”");
            return Err(Wrong::unknown(selector.field.span, words, None));
        };
        let value = values::text(&selector.value);
        let id = TrackId { scope: ScopeIx(scope), value: Arc::from(value.as_str()) };
        self.scene.state.tracks.iter().find(|t| t.id == id).ok_or_else(|| {
            Wrong::differs(crate::say!(
                "没有 {field} 为 {value} 的轨迹",
                "there is no track whose {field} is {value}"
            ))
        })
    }

    fn why_rule(&self, rule: &RuleState) -> Words {
        let (scene, definition) = (self.scene, &self.script.definition);
        let name = definition.rules.get(usize::from(rule.rule)).map_or("?", |r| r.name.as_str());
        let say = |lang| explain::rule(definition, &scene.facts, &scene.state, rule, lang);
        self.why(name, words::spelling(rule.verdict), (say(Lang::Zh), say(Lang::En)))
    }

    fn why_node(&self, node: &NodeState) -> Words {
        let (scene, definition) = (self.scene, &self.script.definition);
        let name = definition.node(node.node).map_or("?", |n| n.name.as_str());
        let say = |lang| explain::node(definition, &scene.facts, &scene.state, node, lang);
        let because = (say(Lang::Zh), say(Lang::En));
        // Of a node without a limit all there is to say is when it happened.
        let at = self.happened(node).filter(|_| because.0.is_empty());
        let because = at.map_or(because, |at| (format!("记录于 {at}"), format!("recorded at {at}")));
        self.why(name, words::spelling(node.status), because)
    }

    /// What is, when it is so, and why, where there is a reason.
    fn why(&self, name: &str, (zh, en): (String, &str), (why_zh, why_en): (String, String)) -> Words {
        let at = self.clock(self.scene.now);
        let and = |colon: &str, why: String| if why.is_empty() { why } else { format!("{colon}{why}") };
        Words::new(
            format!("{at} {name} {zh}{}", and("：", why_zh)),
            format!("{at} {name} {en}{}", and(": ", why_en)),
        )
    }

    /// When the first occurrence of a node's round was.
    fn happened(&self, node: &NodeState) -> Option<String> {
        let tracks = self.scene.state.tracks.iter();
        let track = tracks.into_iter().find(|t| t.nodes.iter().any(|n| std::ptr::eq(n, node)))?;
        let facts = if track.id.is_order() {
            &self.scene.facts.order
        } else {
            self.scene.facts.tracks.get(&track.id)?
        };
        Some(self.clock(facts.facts.get(*node.hits.first()?)?.at.at))
    }

    fn clock(&self, at: time::Instant) -> String {
        let settings =
            medloop_engine::graph::CampusSettings::of(&self.script.definition, &self.script.campus);
        settings.zone.rfc3339(at).chars().take(16).collect()
    }
}

/// Whether the cancel that ended the loop or track came too late for the work before it.
fn wasting(wanted: bool, is: Status, ended: Option<&EndedBy>) -> Judged {
    let wasted = ended.filter(|by| by.kind == EndingKind::Cancel).map(|by| by.wasted);
    match wasted {
        Some(wasted) if wasted == wanted => Ok(()),
        Some(true) => Err(Wrong::differs(Words::new(
            "闭环不应有浪费，却有：取消来得太晚",
            "no work of the loop should be wasted and some is: the cancel came too late",
        ))),
        Some(false) => Err(Wrong::differs(Words::new(
            "闭环应有浪费，没有：取消来得及时",
            "work of the loop should be wasted and is not: the cancel came in time",
        ))),
        None => {
            let (zh, en) = words::spelling(is);
            Err(Wrong::differs(crate::say!(
                "只有取消了的闭环才说得上浪费与否，实为 {zh}",
                "only of a loop that was cancelled work is wasted or not, and it is “{en}”"
            )))
        }
    }
}

fn nothing(name: &str, scope: ScopeIx) -> Words {
    if scope == ScopeIx::ORDER {
        crate::say!("{name} 不在这里", "{name} is not here")
    } else {
        crate::say!("还没有轨迹，{name} 不在这里", "there is no track yet, so {name} is not here")
    }
}

fn word<T: Worded>(name: &Name) -> Result<T, Box<Wrong>> {
    words::meaning(&name.text).ok_or_else(|| {
        let text = &name.text;
        let all = words::spellings::<T>();
        let list = all.iter().map(|(zh, _)| zh.as_str()).collect::<Vec<_>>().join("、");
        let list_en = all.iter().map(|(_, en)| *en).collect::<Vec<_>>().join(", ");
        let words = crate::say!("“{text}” 不是 {list} 之一", "“{text}” is none of {list_en}");
        Wrong::unknown(name.span, words, nearest(text, all.iter().flat_map(|(zh, en)| [zh.as_str(), en])))
    })
}

fn span(quantity: &Quantity) -> Option<time::Span> {
    let seconds = lexicon::unit_of(&quantity.unit.as_ref()?.text)?.seconds?;
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "durations of tests are days at most"
    )]
    Some(time::Span((quantity.number * seconds as f64 * 1_000_000.0).round() as i64))
}

fn spell(span: time::Span) -> String {
    crate::yaml::spell(&medloop_engine::value::Value::Span(span))
}
