//! A track as a row of cards, rounds beside each other.

use super::card::{Card, card};
use super::status::{Tag, instance_tag, node_tag};
use crate::links;
use medloop_engine::state::{NodeStatus, Status, Verdict};
use medloop_engine::view::{InstanceView, Lang, NodeView, TrackView};
use serde::Serialize;

/// One row.
#[derive(Clone, Debug, Serialize)]
pub struct Track {
    /// Title of the field that tells tracks apart (`血袋号`), or of the order's own.
    pub title: String,
    /// Its value.
    pub key: String,
    /// Its status; none for the order's own, whose status the head shows.
    pub status: Option<Tag>,
    /// When it is planned, when and by what it ended.
    pub sub: Option<String>,
    /// How many of its rules are broken.
    pub broken: Option<String>,
    /// Its cards, and rounds that were begun anew beside those that followed.
    pub places: Vec<Place>,
    /// Nodes that were left out or do not apply.
    pub asides: Vec<Aside>,
    /// Events without effect.
    pub withdrawn: Vec<Withdrawn>,
    /// Folded to one line: one of many, and nothing is wrong with it.
    pub folded: bool,
    /// Its nodes in one line, for when it is folded.
    pub strip: Vec<Bit>,
}

/// A place in a row: a card, or a round that was begun anew, in small.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    /// The card.
    pub card: Option<Card>,
    /// The round.
    pub round: Option<Round>,
}

/// A round that was closed and begun anew.
#[derive(Clone, Debug, Serialize)]
pub struct Round {
    /// `第 1 轮`.
    pub title: String,
    /// Its cards.
    pub cards: Vec<Card>,
}

/// Nodes of which there is nothing to see: left out, or not applicable, for one reason.
#[derive(Clone, Debug, Serialize)]
pub struct Aside {
    /// Their status.
    pub status: Tag,
    /// Why.
    pub because: String,
    /// Their names.
    pub titles: Vec<String>,
}

/// An event that was taken back or replaced.
#[derive(Clone, Debug, Serialize)]
pub struct Withdrawn {
    /// The node's name.
    pub title: String,
    /// When it was said to have happened.
    pub at: String,
    /// Address of the message.
    pub raw: String,
}

/// One node in a folded row.
#[derive(Clone, Debug, Serialize)]
pub struct Bit {
    /// Colour class.
    pub tone: &'static str,
    /// Name of the icon.
    pub icon: &'static str,
    /// Name of the node.
    pub title: String,
    /// Its status in words.
    pub word: String,
    /// When it happened.
    pub at: Option<String>,
}

/// From how many rows on those with nothing wrong are folded.
const MANY: usize = 6;

/// The rows of an instance.
pub(super) fn tracks(view: &InstanceView, prefix: &str, lang: Lang, all: bool) -> Vec<Track> {
    let many = view.tracks.len() > MANY;
    let mut rows: Vec<&TrackView> = view.tracks.iter().collect();
    // The order's own first, the others in the order in which they began or are planned.
    rows.sort_by_key(|t| (t.key.is_some(), began(t)));
    rows.into_iter()
        .filter(|t| t.key.is_some() || !t.nodes.is_empty() || !t.withdrawn.is_empty())
        .map(|t| track(view, t, prefix, lang, all, many))
        .collect()
}

fn track(view: &InstanceView, t: &TrackView, prefix: &str, lang: Lang, all: bool, many: bool) -> Track {
    let violated = view.rules.iter().filter(|r| r.track == t.key && r.state == Verdict::Violated).count();
    let wrong = violated > 0
        || t.state == Status::Interrupted
        || t.nodes.iter().any(|n| {
            matches!(n.state, NodeStatus::Overdue | NodeStatus::Missing | NodeStatus::Due)
                || !n.findings.is_empty()
        });
    let planned = t.nodes.iter().find_map(|n| n.text.planned.as_ref()).map(|p| match lang {
        Lang::Zh => format!("计划 {p}"),
        Lang::En => format!("planned {p}"),
    });
    let ended = t.text.ended_by.clone().or_else(|| {
        t.text.ended.as_ref().filter(|_| t.key.is_some()).map(|e| match lang {
            Lang::Zh => format!("{e} 结束"),
            Lang::En => format!("ended {e}"),
        })
    });
    let folded = many && !wrong && !all && t.key.is_some();
    let ended = ended.filter(|_| !folded);
    let said: Vec<String> = [planned, ended].into_iter().flatten().collect();
    // The order's own nodes are over before its tracks are: "closed" there would be read as the order being closed.
    let status = t.key.as_ref().map(|_| instance_tag(t.state, lang));
    Track {
        title: t.text.title.clone(),
        key: t.key.clone().unwrap_or_default(),
        status,
        sub: (!said.is_empty()).then(|| said.join(" · ")),
        broken: (violated > 0).then(|| match lang {
            Lang::Zh => format!("违反 {violated} 条规则"),
            Lang::En if violated == 1 => "1 rule violated".to_owned(),
            Lang::En => format!("{violated} rules violated"),
        }),
        places: places(view, t, prefix, lang, all),
        asides: asides(&t.nodes, lang),
        withdrawn: t
            .withdrawn
            .iter()
            .map(|w| Withdrawn {
                title: w.text.0.clone(),
                at: w.text.1.clone(),
                raw: links::event(&w.event.source, &w.event.id),
            })
            .collect(),
        folded,
        strip: t.nodes.iter().filter(|n| !aside(n)).map(|n| bit(n, lang)).collect(),
    }
}

fn began(t: &TrackView) -> i64 {
    let happened = t.nodes.iter().filter(|n| n.record.at.is_some()).map(|n| n.record.moment.0);
    happened.min().unwrap_or(i64::MAX)
}

fn bit(n: &NodeView, lang: Lang) -> Bit {
    let tag = node_tag(n.state, lang);
    let at = n.record.at.as_ref().map(|_| n.record.text.at.clone());
    Bit { tone: tag.tone, icon: tag.icon, title: n.title.clone(), word: tag.word, at }
}

/// Cards in the order of the flow. Rounds that were begun anew stand as one place each before the cards of the last.
fn places(view: &InstanceView, t: &TrackView, prefix: &str, lang: Lang, all: bool) -> Vec<Place> {
    let last = |n: &NodeView| t.nodes.iter().filter(|m| m.node == n.node).map(|m| m.round).max();
    let again: Vec<&str> = t.nodes.iter().filter(|n| n.round > 1).map(|n| n.node.as_str()).collect();
    let mut out: Vec<Place> = Vec::new();
    let mut old: Option<u32> = None;
    for n in t.nodes.iter().filter(|n| !aside(n)) {
        let broken = view.rules.iter().filter(|r| {
            r.state == Verdict::Violated && r.track == t.key && r.node.as_deref() == Some(n.node.as_str())
        });
        let many = n.round > 0 && again.contains(&n.node.as_str());
        let replaced = many && last(n).is_some_and(|r| r > n.round) || n.negative && old == Some(n.round);
        let broken = if replaced { Vec::new() } else { broken.map(|r| r.title.clone()).collect() };
        let mut card = card(n, broken, lang, all);
        if !replaced {
            card.anchor = anchor(view, prefix, t.key.as_deref(), &n.node).unwrap_or_default();
            card.round = (many && n.round > 1).then(|| title(n.round, lang));
            old = None;
            out.push(Place { card: Some(card), round: None });
            continue;
        }
        match out.last_mut().and_then(|p| p.round.as_mut()).filter(|_| old == Some(n.round)) {
            Some(round) => round.cards.push(card),
            None => {
                let round = Round { title: title(n.round, lang), cards: vec![card] };
                out.push(Place { card: None, round: Some(round) });
            }
        }
        old = Some(n.round);
    }
    if let Some(card) = out.last_mut().and_then(|p| p.card.as_mut()) {
        card.last = true;
    }
    out
}

/// Where the card of a node stands on the page: by the track's place, since its value may hold anything.
pub(super) fn anchor(view: &InstanceView, prefix: &str, track: Option<&str>, node: &str) -> Option<String> {
    let at = view.tracks.iter().position(|t| t.key.as_deref() == track)?;
    Some(format!("{prefix}t{at}-{node}"))
}

/// Whether a node gets a line instead of a card: it did not happen and is not awaited.
fn aside(n: &NodeView) -> bool {
    matches!(n.state, NodeStatus::Skipped | NodeStatus::NotApplicable)
        && n.record.at.is_none()
        && n.findings.is_empty()
}

fn asides(nodes: &[NodeView], lang: Lang) -> Vec<Aside> {
    let mut out: Vec<Aside> = Vec::new();
    for n in nodes.iter().filter(|n| aside(n) && !hidden(n)) {
        let because = if n.state == NodeStatus::Skipped { "" } else { n.because.as_str() };
        let status = node_tag(n.state, lang);
        match out.iter_mut().find(|a| a.status.tone == status.tone && a.because == because) {
            Some(a) => a.titles.push(n.title.clone()),
            None => out.push(Aside { status, because: because.to_owned(), titles: vec![n.title.clone()] }),
        }
    }
    out
}

/// Branches that were not taken say nothing about this order.
fn hidden(n: &NodeView) -> bool {
    n.state == NodeStatus::NotApplicable && n.reason == Some("branch") && n.findings.is_empty()
}

fn title(round: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("第 {round} 轮"),
        Lang::En => format!("Round {round}"),
    }
}
