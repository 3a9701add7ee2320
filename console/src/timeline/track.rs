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
    /// Its status.
    pub status: Tag,
    /// When it is planned, when and by what it ended.
    pub sub: Option<String>,
    /// How many of its rules are broken.
    pub broken: Option<String>,
    /// Its cards.
    pub segments: Vec<Segment>,
    /// Events without effect.
    pub withdrawn: Vec<Withdrawn>,
    /// Folded to one line: one of many, and nothing is wrong with it.
    pub folded: bool,
    /// Its nodes in one line, for when it is folded.
    pub strip: Vec<Bit>,
}

/// A run of cards in one round, or of rounds to be seen beside each other.
#[derive(Clone, Debug, Serialize)]
pub struct Segment {
    /// The rounds; one where nothing was repeated.
    pub rounds: Vec<Round>,
}

/// One round.
#[derive(Clone, Debug, Serialize)]
pub struct Round {
    /// `第 2 轮`.
    pub title: String,
    /// The one that counts.
    pub last: bool,
    /// Its cards.
    pub cards: Vec<Card>,
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
pub(super) fn tracks(view: &InstanceView, lang: Lang, all: bool) -> Vec<Track> {
    let many = view.tracks.len() > MANY;
    view.tracks
        .iter()
        .filter(|t| t.key.is_some() || !t.nodes.is_empty() || !t.withdrawn.is_empty())
        .map(|t| track(view, t, lang, all, many))
        .collect()
}

fn track(view: &InstanceView, t: &TrackView, lang: Lang, all: bool, many: bool) -> Track {
    let violated = view.rules.iter().filter(|r| r.track == t.key && r.state == Verdict::Violated).count();
    let wrong = violated > 0
        || t.state == Status::Interrupted
        || t.nodes.iter().any(|n| {
            matches!(n.state, NodeStatus::Overdue | NodeStatus::Missing | NodeStatus::Due) || !n.findings.is_empty()
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
    let said: Vec<String> = [planned, ended].into_iter().flatten().collect();
    let mut status = instance_tag(t.state, lang);
    // The order's own track ends before its tracks do: to say "closed" there would be read as the order being over.
    if t.key.is_none() {
        status = instance_tag(view.state, lang);
    }
    Track {
        title: t.text.title.clone(),
        key: t.key.clone().unwrap_or_default(),
        status,
        sub: (!said.is_empty()).then(|| said.join(" · ")),
        broken: (violated > 0).then(|| match lang {
            Lang::Zh => format!("违反 {violated} 条规则"),
            Lang::En => format!("{violated} rules violated"),
        }),
        segments: segments(&t.nodes, lang, all),
        withdrawn: t
            .withdrawn
            .iter()
            .map(|w| Withdrawn {
                title: w.text.0.clone(),
                at: w.text.1.clone(),
                raw: links::event(&w.event.source, &w.event.id),
            })
            .collect(),
        folded: many && !wrong && !all && t.key.is_some(),
        strip: t.nodes.iter().map(|n| bit(n, lang)).collect(),
    }
}

fn bit(n: &NodeView, lang: Lang) -> Bit {
    let tag = node_tag(n.state, lang);
    let at = n.record.at.as_ref().map(|_| n.record.text.at.clone());
    Bit { tone: tag.tone, icon: tag.icon, title: n.title.clone(), word: tag.word, at }
}

/// Cards in the order of the flow; a stretch whose nodes have several rounds becomes one segment with a box for each.
fn segments(nodes: &[NodeView], lang: Lang, all: bool) -> Vec<Segment> {
    let again: Vec<&str> = nodes.iter().filter(|n| n.round > 1).map(|n| n.node.as_str()).collect();
    let mut out: Vec<Segment> = Vec::new();
    let mut inside = false;
    for n in nodes {
        let repeated = again.contains(&n.node.as_str()) || (n.negative && inside);
        let card = card(n, lang, all);
        let current = out.last_mut().filter(|_| inside == repeated);
        match current.and_then(|s| s.rounds.last_mut().map(|r| r.cards.len())) {
            Some(_) if !repeated => push(&mut out, card),
            Some(_) if round_of(&out, lang) == Some(n.round) => push(&mut out, card),
            Some(_) => {
                if let Some(s) = out.last_mut() {
                    s.rounds.push(Round { title: title(n.round, lang), last: false, cards: vec![card] });
                }
            }
            None => {
                let title = if repeated { title(n.round, lang) } else { String::new() };
                out.push(Segment { rounds: vec![Round { title, last: false, cards: vec![card] }] });
            }
        }
        inside = repeated;
    }
    for s in &mut out {
        if let Some(r) = s.rounds.last_mut() {
            r.last = true;
        }
        for r in &mut s.rounds {
            if let Some(c) = r.cards.last_mut() {
                c.last = s_is_closed(&r.title);
            }
        }
    }
    if let Some(c) = out.last_mut().and_then(|s| s.rounds.last_mut()).and_then(|r| r.cards.last_mut()) {
        c.last = true;
    }
    out
}

fn s_is_closed(title: &str) -> bool {
    !title.is_empty()
}

fn push(out: &mut [Segment], card: Card) {
    if let Some(r) = out.last_mut().and_then(|s| s.rounds.last_mut()) {
        r.cards.push(card);
    }
}

fn round_of(out: &[Segment], lang: Lang) -> Option<u32> {
    let shown = &out.last()?.rounds.last()?.title;
    (1..=999).find(|n| *shown == title(*n, lang))
}

fn title(round: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("第 {round} 轮"),
        Lang::En => format!("Round {round}"),
    }
}
