//! Compiled flows as expressions, and whether a trace is one of theirs: by derivatives, which the miner knows nothing of.

use crate::model::sorted;
use medloop_engine::graph::{Definition, Flow};

/// A regular expression with shuffles.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shape {
    Never,
    Nothing,
    One(String),
    Seq(Box<Shape>, Box<Shape>),
    Either(Box<Shape>, Box<Shape>),
    Beside(Box<Shape>, Box<Shape>),
    Star(Box<Shape>),
    /// The first, which any of the others may cut short.
    Cut(Box<Shape>, Vec<String>),
}

use Shape::{Beside, Cut, Either, Never, Nothing, One, Seq, Star};

/// The flow of a loop; a `每个` is the act `each`.
pub(crate) fn shape(of: &Definition, flow: &Flow) -> Shape {
    let all = |parts: &[Flow], join: fn(Shape, Shape) -> Shape| {
        parts.iter().map(|p| shape(of, p)).reduce(join).unwrap_or(Nothing)
    };
    match flow {
        Flow::Node(ix) => {
            let node = &of.nodes[usize::from(ix.0)];
            let one = One(node.code.to_string());
            let one = if node.repeated { seq(one.clone(), Star(Box::new(one))) } else { one };
            if node.optional { either(Nothing, one) } else { one }
        }
        Flow::Seq(parts) => all(parts, seq),
        Flow::Choice(parts) => all(parts, either),
        Flow::Par(parts) => all(parts, beside),
        Flow::Opt(body) => either(Nothing, shape(of, body)),
        Flow::Again { body, node } => {
            let (body, redo) = (shape(of, body), One(of.nodes[usize::from(node.0)].code.to_string()));
            seq(body.clone(), Star(Box::new(seq(redo, body))))
        }
        Flow::Each(_) => One("each".to_owned()),
        Flow::Ends { body, nodes } => {
            let nodes = nodes.iter().map(|n| of.nodes[usize::from(n.0)].code.to_string()).collect();
            Cut(Box::new(shape(of, body)), nodes)
        }
        Flow::When { .. } => panic!("never proposed"),
    }
}

fn seq(a: Shape, b: Shape) -> Shape {
    match (a, b) {
        (Never, _) | (_, Never) => Never,
        (Nothing, x) | (x, Nothing) => x,
        (a, b) => Seq(Box::new(a), Box::new(b)),
    }
}

fn either(a: Shape, b: Shape) -> Shape {
    match (a, b) {
        (Never, x) | (x, Never) => x,
        (a, b) if a == b => a,
        (a, b) => Either(Box::new(a), Box::new(b)),
    }
}

fn beside(a: Shape, b: Shape) -> Shape {
    match (a, b) {
        (Never, _) | (_, Never) => Never,
        (Nothing, x) | (x, Nothing) => x,
        (a, b) => Beside(Box::new(a), Box::new(b)),
    }
}

impl Shape {
    fn empty(&self) -> bool {
        match self {
            Never | One(_) => false,
            Nothing | Star(_) => true,
            Seq(a, b) | Beside(a, b) => a.empty() && b.empty(),
            Cut(a, _) => a.empty(),
            Either(a, b) => a.empty() || b.empty(),
        }
    }

    /// What may come behind an act.
    fn behind(&self, act: &str) -> Self {
        match self {
            Never | Nothing => Never,
            One(own) => {
                if own == act {
                    Nothing
                } else {
                    Never
                }
            }
            Seq(a, b) => {
                let first = seq(a.behind(act), (**b).clone());
                if a.empty() { either(first, b.behind(act)) } else { first }
            }
            Either(a, b) => either(a.behind(act), b.behind(act)),
            Beside(a, b) => {
                either(beside(a.behind(act), (**b).clone()), beside((**a).clone(), b.behind(act)))
            }
            Cut(_, ends) if ends.iter().any(|e| e == act) => Nothing,
            Cut(a, ends) => match a.behind(act) {
                Never => Never,
                rest => Cut(Box::new(rest), ends.clone()),
            },
            Star(a) => seq(a.behind(act), self.clone()),
        }
    }

    pub(crate) fn accepts<'a>(&self, trace: impl IntoIterator<Item = &'a String>) -> bool {
        trace.into_iter().fold(self.clone(), |rest, act| rest.behind(act)).empty()
    }
}

/// A flow in the words of `Model::told`.
pub(crate) fn told(of: &Definition, flow: &Flow) -> String {
    let all = |parts: &[Flow]| parts.iter().map(|p| told(of, p)).collect::<Vec<_>>();
    match flow {
        Flow::Node(ix) => {
            let node = &of.nodes[usize::from(ix.0)];
            let suffix = match (node.optional, node.repeated) {
                (false, false) => "",
                (true, false) => "?",
                (false, true) => "+",
                (true, true) => "*",
            };
            format!("{}{suffix}", node.code)
        }
        Flow::Seq(parts) => format!("({})", all(parts).join(" -> ")),
        Flow::Choice(parts) => format!("({})", sorted(all(parts).into_iter()).join(" | ")),
        Flow::Par(parts) => format!("({})", sorted(all(parts).into_iter()).join(" & ")),
        Flow::Opt(body) => format!("({})?", told(of, body)),
        Flow::Again { body, node } => {
            format!("({} again {})", told(of, body), of.nodes[usize::from(node.0)].code)
        }
        Flow::Each(_) => "each".to_owned(),
        Flow::Ends { body, nodes } => {
            let nodes = nodes.iter().map(|n| of.nodes[usize::from(n.0)].code.to_string());
            format!("({} ends {})", told(of, body), sorted(nodes).join(", "))
        }
        Flow::When { .. } => panic!("never proposed"),
    }
}
