//! What one loop says: its graph, nodes, limits, rules, tests, and what campuses set otherwise.

mod limits;
mod nodes;
mod rules;

pub use limits::{Difference, ParamItem, ParamValue};
pub use nodes::{EventOf, FieldOf, NodeItem};
pub use rules::{EndingItem, MeasureItem, RuleItem};

use super::Linked;
use crate::chrome::Chrome;
use crate::written::{About, TestOf};
use medloop_engine::catalogue::{Campus, Catalogue};
use medloop_engine::explain::Titles;
use medloop_engine::graph::{self, title};
use medloop_engine::name::CampusCode;
use medloop_engine::picture;
use medloop_engine::view::Lang;
use serde::Serialize;

/// One loop's definition.
#[derive(Clone, Debug, Serialize)]
pub struct Definition {
    /// Its frame.
    pub chrome: Chrome,
    /// Its name.
    pub title: String,
    /// Its code.
    pub code: String,
    /// Its documentation.
    pub doc: String,
    /// Key, grade, category, basis, version.
    pub facts: Vec<Linked>,
    /// Its state graph as an SVG element.
    pub graph: String,
    /// Its nodes.
    pub nodes: Vec<NodeItem>,
    /// Names of the campuses.
    pub campuses: Vec<String>,
    /// Its parameters.
    pub params: Vec<ParamItem>,
    /// What campuses set otherwise than the group.
    pub differences: Vec<Difference>,
    /// Its rules.
    pub rules: Vec<RuleItem>,
    /// Its turnarounds.
    pub measures: Vec<MeasureItem>,
    /// What ends it from outside its flow.
    pub endings: Vec<EndingItem>,
    /// Its tests.
    pub tests: Vec<TestItem>,
}

/// One test.
#[derive(Clone, Debug, Serialize)]
pub struct TestItem {
    /// Its title.
    pub title: String,
    /// What is written above it.
    pub doc: String,
    /// How many events and expectations it has.
    pub steps: usize,
}

impl From<TestOf> for TestItem {
    fn from(test: TestOf) -> Self {
        Self { title: test.title, doc: test.doc, steps: test.steps }
    }
}

/// What the parts of the page are made from.
struct Page<'a> {
    titles: Titles<'a>,
    catalogue: &'a Catalogue,
    campuses: Vec<(&'a CampusCode, &'a Campus)>,
}

impl Page<'_> {
    fn def(&self) -> &graph::Definition {
        self.titles.def
    }

    fn lang(&self) -> Lang {
        self.titles.lang
    }

    fn campus(&self, code: &CampusCode, campus: &Campus) -> String {
        title(&campus.name, code.as_str(), self.lang() == Lang::En)
    }
}

/// The page of one loop.
#[must_use]
pub fn definition(
    chrome: Chrome,
    def: &graph::Definition,
    hash: &str,
    catalogue: &Catalogue,
    about: About,
    lang: Lang,
) -> Definition {
    let titles = Titles { def, lang };
    let campuses = catalogue.campuses.iter().filter(|(c, _)| def.campuses.contains_key(*c)).collect();
    let page = Page { titles, catalogue, campuses };
    let fact = |zh: &str, en: &str, text: Option<String>| {
        text.map(|text| Linked { title: lang.pick(zh, en).to_owned(), text, href: None })
    };
    let opens = titles.nodes(&def.starts.nodes);
    let facts = [
        fact("主键", "Key", Some(titles.field(&def.key))),
        fact("起点", "Opened by", Some(opens)),
        fact("等级", "Grade", def.grade.map(|g| g.to_string())),
        fact("类别", "Category", def.category.clone()),
        fact("依据", "Basis", def.basis.clone()),
        fact("中断", "Interrupted after", def.interrupt.map(|length| titles.length(length))),
        fact("版本", "Version", Some(hash.chars().take(12).collect())),
    ];
    Definition {
        title: titles.whole(),
        code: def.code.to_string(),
        doc: def.doc.clone(),
        facts: facts.into_iter().flatten().collect(),
        graph: picture::svg(def, lang),
        nodes: def.nodes.iter().map(|n| page.node(n)).collect(),
        campuses: page.campuses.iter().map(|(code, c)| page.campus(code, c)).collect(),
        params: page.params(),
        differences: page.differences(&about),
        rules: page.rules(),
        measures: page.measures(),
        endings: page.endings(),
        tests: about.tests.into_iter().map(TestItem::from).collect(),
        chrome,
    }
}
