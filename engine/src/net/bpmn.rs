//! A net as BPMN 2.0 XML with its layout, as modelling tools open it.

use super::{Item, Kind, Net, Way, net};
use crate::explain::Titles;
use crate::graph::{Definition, NodeIx};
use crate::words::Lang;
use std::fmt::Write as _;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<bpmn:definitions \
     xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" \
     xmlns:bpmndi=\"http://www.omg.org/spec/BPMN/20100524/DI\" \
     xmlns:dc=\"http://www.omg.org/spec/DD/20100524/DC\" \
     xmlns:di=\"http://www.omg.org/spec/DD/20100524/DI\" \
     id=\"definitions\" \
     targetNamespace=\"urn:medloop:loops\" exporter=\"medloop\">\n";

/// The flow of a loop as a BPMN 2.0 document. It describes and is not meant to be executed.
#[must_use]
pub fn bpmn(def: &Definition, lang: Lang) -> String {
    let titles = Titles { def, lang };
    let writer = Writer { net: net(def, lang), titles };
    let id = def.code.as_str();
    let mut out = String::from(HEAD);
    let name = escape(&titles.whole());
    let _ = writeln!(out, "  <bpmn:process id=\"loop_{id}\" name=\"{name}\" isExecutable=\"false\">");
    writer.said(&def.doc, 2, &mut out);
    writer.things(None, 2, &mut out);
    out.push_str("  </bpmn:process>\n");
    let _ = writeln!(
        out,
        "  <bpmndi:BPMNDiagram id=\"diagram\">\n    <bpmndi:BPMNPlane id=\"plane\" bpmnElement=\"loop_{id}\">"
    );
    writer.places(&mut out);
    out.push_str("    </bpmndi:BPMNPlane>\n  </bpmndi:BPMNDiagram>\n</bpmn:definitions>\n");
    out
}

struct Writer<'a> {
    net: Net,
    titles: Titles<'a>,
}

impl Writer<'_> {
    /// Documentation, where there is something to say.
    fn said(&self, text: &str, depth: usize, out: &mut String) {
        let pad = "  ".repeat(depth);
        if !text.is_empty() {
            let _ = writeln!(out, "{pad}<bpmn:documentation>{}</bpmn:documentation>", escape(text));
        }
    }

    fn things(&self, within: Option<usize>, depth: usize, out: &mut String) {
        for (at, item) in self.net.items.iter().enumerate().filter(|(_, i)| i.within == within) {
            self.thing(at, item, depth, out);
        }
        let pad = "  ".repeat(depth);
        for (n, way) in self.net.ways.iter().enumerate() {
            let (Some(from), Some(to)) = (self.net.items.get(way.from), self.net.items.get(way.to)) else {
                continue;
            };
            if from.within != within {
                continue;
            }
            let name = if way.title.is_empty() {
                String::new()
            } else {
                format!(" name=\"{}\"", escape(&way.title))
            };
            let _ = writeln!(
                out,
                "{pad}<bpmn:sequenceFlow id=\"way_{n}\" sourceRef=\"{}\" targetRef=\"{}\"{name} />",
                from.id, to.id
            );
        }
    }

    fn thing(&self, at: usize, item: &Item, depth: usize, out: &mut String) {
        let pad = "  ".repeat(depth);
        let mut more = String::new();
        let element = match item.kind {
            Kind::Start => "startEvent",
            Kind::End => "endEvent",
            Kind::Task(_) => "task",
            Kind::Choice => "exclusiveGateway",
            Kind::Fork => "parallelGateway",
            Kind::Sub { .. } => "subProcess",
            Kind::Edge { of } => {
                let part = self.net.items.get(of).map_or("", |part| part.id.as_str());
                more = format!(" attachedToRef=\"{part}\"");
                "boundaryEvent"
            }
        };
        if let Some((n, _)) = self.net.ways.iter().enumerate().find(|(_, w)| w.from == at && w.otherwise) {
            more.push_str(&format!(" default=\"way_{n}\""));
        }
        let name =
            if item.title.is_empty() { String::new() } else { format!(" name=\"{}\"", escape(&item.title)) };
        let id = &item.id;
        let _ = writeln!(out, "{pad}<bpmn:{element} id=\"{id}\"{name}{more}>");
        if let Kind::Task(ix) = item.kind {
            self.said(&self.node(ix), depth + 1, out);
        }
        let ends = |word: &str, end: fn(&Way) -> usize, out: &mut String| {
            for (n, _) in self.net.ways.iter().enumerate().filter(|(_, way)| end(way) == at) {
                let _ = writeln!(out, "{pad}  <bpmn:{word}>way_{n}</bpmn:{word}>");
            }
        };
        ends("incoming", |way| way.to, out);
        ends("outgoing", |way| way.from, out);
        match item.kind {
            Kind::Task(ix) if self.titles.def.node(ix).is_some_and(|n| n.repeated) => {
                let _ = writeln!(out, "{pad}  <bpmn:standardLoopCharacteristics />");
            }
            Kind::Sub { many } => {
                if many {
                    let _ = writeln!(out, "{pad}  <bpmn:multiInstanceLoopCharacteristics />");
                }
                self.things(Some(at), depth + 1, out);
            }
            Kind::Edge { .. } => {
                let _ = writeln!(out, "{pad}  <bpmn:messageEventDefinition id=\"{id}_message\" />");
            }
            _ => {}
        }
        let _ = writeln!(out, "{pad}</bpmn:{element}>");
    }

    /// What a node asks: its documentation, who may do it, its limit, what it must record.
    fn node(&self, ix: NodeIx) -> String {
        let Some(node) = self.titles.def.node(ix) else { return String::new() };
        let pick = |zh: &'static str, en: &'static str| self.titles.lang.pick(zh, en);
        let mut lines: Vec<String> = node.doc.lines().map(str::to_owned).collect();
        if !node.roles.is_empty() {
            lines.push(format!("{} {}", pick("角色", "by"), self.titles.roles(node)));
        }
        let required = node.fields.iter().filter(|f| f.required).map(|f| self.titles.field(&f.field));
        let required = self.titles.list(required);
        if !required.is_empty() {
            lines.push(format!("{} {required}", pick("必填", "required")));
        }
        if let Some(limit) = &node.limit {
            let from = limit
                .from
                .map_or_else(String::new, |n| format!(" {} {}", pick("自", "of"), self.titles.node(n)));
            lines.push(format!("{} {}{from}", pick("时限", "within"), self.titles.length(limit.length)));
        }
        let events: Vec<&str> = node.triggers.iter().map(|t| t.event.as_str()).collect();
        lines.push(format!("{} {}", pick("事件", "on"), events.join(pick("、", ", "))));
        lines.join("\n")
    }

    /// The layout.
    fn places(&self, out: &mut String) {
        for item in &self.net.items {
            let (id, r) = (&item.id, item.rect);
            let more = match item.kind {
                Kind::Sub { .. } => " isExpanded=\"true\"",
                Kind::Choice => " isMarkerVisible=\"true\"",
                _ => "",
            };
            let _ = writeln!(
                out,
                "      <bpmndi:BPMNShape id=\"{id}_di\" bpmnElement=\"{id}\"{more}>\n        <dc:Bounds x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" />\n      </bpmndi:BPMNShape>",
                r.x, r.y, r.w, r.h
            );
        }
        for (n, way) in self.net.ways.iter().enumerate() {
            let _ = writeln!(out, "      <bpmndi:BPMNEdge id=\"way_{n}_di\" bpmnElement=\"way_{n}\">");
            for (x, y) in &way.line {
                let _ = writeln!(out, "        <di:waypoint x=\"{x}\" y=\"{y}\" />");
            }
            if let Some(r) = way.label {
                let _ = writeln!(
                    out,
                    "        <bpmndi:BPMNLabel>\n          <dc:Bounds x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" />\n        </bpmndi:BPMNLabel>",
                    r.x, r.y, r.w, r.h
                );
            }
            out.push_str("      </bpmndi:BPMNEdge>\n");
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\n', "&#10;")
}
