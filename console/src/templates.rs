//! The templates as typed functions: each takes its page's model, and a missing value is an error, not a blank.

use crate::icons;
use crate::pages::{
    Alerts, Definition, Department, Departments, Listing, Loops, Message, Orders, Person, Quarantine,
    QuarantineItem, Start, Waiting,
};
use crate::timeline::Timeline;
use medloop_engine::view::Lang;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};
use serde::Serialize;

/// Every template, compiled once for each language.
pub struct Templates {
    zh: Environment<'static>,
    en: Environment<'static>,
}

const SOURCES: [(&str, &str); 19] = [
    ("base.html", include_str!("../templates/base.html")),
    ("parts.html", include_str!("../templates/parts.html")),
    ("timeline.html", include_str!("../templates/timeline.html")),
    ("list.html", include_str!("../templates/list.html")),
    ("start.html", include_str!("../templates/start.html")),
    ("orders.html", include_str!("../templates/orders.html")),
    ("message.html", include_str!("../templates/message.html")),
    ("loops.html", include_str!("../templates/loops.html")),
    ("definition.html", include_str!("../templates/definition.html")),
    ("work.html", include_str!("../templates/work.html")),
    ("departments.html", include_str!("../templates/departments.html")),
    ("department.html", include_str!("../templates/department.html")),
    ("person.html", include_str!("../templates/person.html")),
    ("waiting.html", include_str!("../templates/waiting.html")),
    ("quarantine.html", include_str!("../templates/quarantine.html")),
    ("quarantined.html", include_str!("../templates/quarantined.html")),
    ("alert.html", include_str!("../templates/alert.html")),
    ("alerts.html", include_str!("../templates/alerts.html")),
    ("listing.html", include_str!("../templates/listing.html")),
];

macro_rules! pages {
    ($($(#[$doc:meta])* $name:ident($page:ty) $file:literal;)*) => {
        impl Templates {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// When the template asks for what the page does not have.
                pub fn $name(&self, lang: Lang, page: &$page) -> Result<String, minijinja::Error> {
                    self.render(lang, $file, page)
                }
            )*
        }
    };
}

pages! {
    /// The timeline of an order.
    timeline(Timeline) "timeline.html";
    /// The start page.
    start(Start) "start.html";
    /// The list of orders.
    orders(Orders) "orders.html";
    /// The list of alerts.
    alerts(Alerts) "alerts.html";
    /// A raw message.
    message(Message) "message.html";
    /// The loops.
    loops(Loops) "loops.html";
    /// One loop's definition.
    definition(Definition) "definition.html";
    /// The departments.
    departments(Departments) "departments.html";
    /// What is open for a department.
    department(Department) "department.html";
    /// All of a patient or a visit.
    person(Person) "person.html";
    /// Events that lead nowhere yet.
    waiting(Waiting) "waiting.html";
    /// Messages that could not be taken.
    quarantine(Quarantine) "quarantine.html";
    /// One of them, with its form.
    quarantined(QuarantineItem) "quarantined.html";
    /// A plain list, or an error said plainly.
    listing(Listing) "listing.html";
}

impl Templates {
    /// Compiles them.
    ///
    /// # Errors
    /// When one of them is not well-formed.
    pub fn new() -> Result<Self, minijinja::Error> {
        Ok(Self { zh: environment(Lang::Zh)?, en: environment(Lang::En)? })
    }

    fn render(&self, lang: Lang, file: &str, page: &impl Serialize) -> Result<String, minijinja::Error> {
        let env = match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        };
        env.get_template(file)?.render(Serde(page))
    }
}

fn environment(lang: Lang) -> Result<Environment<'static>, minijinja::Error> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    env.add_function("t", move |zh: String, en: String| lang.pick(&zh, &en).to_owned());
    env.add_function("icon", |name: &str| {
        Value::from_safe_string(icons::svg(name).trim_end().replacen(
            "<svg ",
            "<svg aria-hidden=\"true\" ",
            1,
        ))
    });
    for (name, source) in SOURCES {
        env.add_template(name, source)?;
    }
    Ok(env)
}
