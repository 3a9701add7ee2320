//! `/departments` and `/departments/{dept}`: what is open for a department's patients, stuck where, with whom, how long.

use super::{error, work};
use crate::app::{App, Seen, page};
use crate::chrome::Asked;
use crate::links;
use crate::pages::{CampusWork, Choice, Department, DepartmentRow, Departments, Linked, Place};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use medloop_engine::explain::text::duration;
use medloop_engine::graph::title;
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::state::NodeStatus;
use medloop_engine::time::Span;
use medloop_engine::view::{Lang, urgency};
use medloop_store::{COUNTED, Error, OpenFilter};
use std::collections::BTreeMap;

/// Most orders that one page looks at: the oldest ones.
const ORDERS: u32 = 300;

/// The list of departments.
pub(crate) async fn departments(State(app): State<App>, asked: Asked) -> Response {
    match list(&app, &asked).await {
        Ok(model) => page(&asked, StatusCode::OK, |t| t.departments(asked.lang, &model)),
        Err(error) => error::failed(&asked, &error),
    }
}

async fn list(app: &App, asked: &Asked) -> Result<Departments, Error> {
    let lang = asked.lang;
    let catalogue = app.store.catalogue();
    let mut open: BTreeMap<(CampusCode, String), medloop_store::Department> = BTreeMap::new();
    for one in app.store.departments().await? {
        open.insert((one.campus.clone(), one.dept.clone()), one);
    }
    let mut campuses = Vec::new();
    for (code, campus) in &catalogue.campuses {
        let mut rows: Vec<(i64, DepartmentRow)> = Vec::new();
        let here = |(at, dept): &&(CampusCode, String)| at == code && !campus.departments.contains_key(dept);
        let unknown: Vec<String> = open.keys().filter(here).map(|(_, d)| d.clone()).collect();
        for dept in campus.departments.keys().cloned().chain(unknown) {
            let Some(found) = open.get(&(code.clone(), dept.clone())) else { continue };
            let row = DepartmentRow {
                href: links::department(code.as_str(), &dept),
                title: department_title(app, code, &dept, lang),
                wards: wards(app, code, &dept, lang),
                code: dept,
                open: if found.open >= COUNTED { format!("≥ {COUNTED}") } else { found.open.to_string() },
                interrupted: if found.interrupted > 0 {
                    found.interrupted.to_string()
                } else {
                    String::new()
                },
                oldest: found.oldest.map(|at| app.moment(at).1).unwrap_or_default(),
            };
            rows.push((found.open, row));
        }
        rows.sort_by_key(|(n, row)| (std::cmp::Reverse(*n), row.code.clone()));
        let rows = rows.into_iter().map(|(_, row)| row).collect();
        campuses.push(CampusWork { title: title(&campus.name, code.as_str(), lang == Lang::En), rows });
    }
    Ok(Departments { chrome: asked.chrome(lang.pick("科室", "Departments")), campuses })
}

fn wards(app: &App, campus: &CampusCode, dept: &str, lang: Lang) -> Vec<Linked> {
    let all = app.store.catalogue().campuses.get(campus).into_iter().flat_map(|c| &c.wards);
    all.filter(|(_, of)| *of == dept)
        .map(|(ward, _)| Linked {
            title: String::new(),
            text: department_title(app, campus, ward, lang),
            href: Some(links::department(campus.as_str(), ward)),
        })
        .collect()
}

fn department_title(app: &App, campus: &CampusCode, dept: &str, lang: Lang) -> String {
    let known = app.store.catalogue().campuses.get(campus).and_then(|c| c.departments.get(dept));
    known.map_or_else(|| dept.to_owned(), |named| title(named, dept, lang == Lang::En))
}

/// One department.
pub(crate) async fn department(State(app): State<App>, asked: Asked, Path(dept): Path<String>) -> Response {
    match one(&app, &asked, &dept).await {
        Ok(model) => page(&asked, StatusCode::OK, |t| t.department(asked.lang, &model)),
        Err(error) => error::failed(&asked, &error),
    }
}

async fn one(app: &App, asked: &Asked, dept: &str) -> Result<Department, Error> {
    let lang = asked.lang;
    let campus = CampusCode::parse(asked.get("campus")).ok();
    let code = LoopCode::parse(asked.get("loop")).ok();
    let filter = OpenFilter { dept: dept.to_owned(), campus: campus.clone(), code };
    let found = app.store.open_orders(filter, ORDERS).await?;
    let mut all: Vec<Seen> = found.orders.iter().map(|o| app.look(o, lang)).collect();
    all.sort_by_cached_key(|s| urgency(s.view.headline.tone, &s.owed));
    let places = places(asked, &all);
    let (nodes, hands) = (nodes(asked, &all), hands(asked, &all));
    let shown: Vec<&Seen> = all.iter().filter(|s| wanted(asked, s)).collect();
    let known = campus.clone().or_else(|| {
        let all = app.store.catalogue().campuses.iter();
        all.filter(|(_, c)| c.departments.contains_key(dept)).map(|(c, _)| c.clone()).next()
    });
    let title = known.map_or_else(|| dept.to_owned(), |c| department_title(app, &c, dept, lang));
    let n = shown.len();
    let intro = match (lang, found.more) {
        (Lang::Zh, false) => format!("本科室患者进行中的医嘱 {n} 条，最急的在前。"),
        (Lang::Zh, true) => {
            format!("进行中的医嘱多于 {ORDERS} 条，这里是最早开立的 {ORDERS} 条中的 {n} 条，最急的在前。")
        }
        (Lang::En, false) => {
            format!("{n} orders open for patients of this department, the most urgent first.")
        }
        (Lang::En, true) => {
            format!(
                "More than {ORDERS} orders are open; of the {ORDERS} opened first, {n} are shown, the most urgent first."
            )
        }
    };
    let filters = ["loop", "node", "with", "late"];
    let cleared: Vec<(&str, &str)> = filters.iter().map(|f| (*f, "")).collect();
    Ok(Department {
        chrome: asked.chrome(&title),
        title,
        intro,
        action: asked.path.clone(),
        campus: asked.get("campus").to_owned(),
        loops: loops(app, asked),
        nodes,
        hands,
        late: !asked.get("late").is_empty(),
        clear: filters.iter().any(|f| !asked.get(f).is_empty()).then(|| asked.with(&cleared)),
        places,
        work: shown.into_iter().map(|s| work::work(s, lang)).collect(),
        empty: lang.pick("没有符合条件的进行中医嘱。", "No open order fits these conditions.").to_owned(),
    })
}

/// Whether an order passes the filters of the address.
fn wanted(asked: &Asked, seen: &Seen) -> bool {
    let (node, with) = (asked.get("node"), asked.get("with"));
    let late = asked.get("late").is_empty() || seen.view.headline.tone == "bad";
    let at = node.is_empty() || seen.owed.iter().any(|o| place_of(seen, &o.node) == node);
    let held = with.is_empty() || seen.owed.iter().any(|o| work::hands(o, asked.lang) == with);
    late && at && held
}

/// A node is known by its loop and itself: `transfusion.issue`.
fn place_of(seen: &Seen, node: &str) -> String {
    format!("{}.{node}", seen.view.loop_code)
}

fn any(lang: Lang, zh: &str, en: &str) -> Choice {
    Choice { value: String::new(), title: lang.pick(zh, en).to_owned(), chosen: false }
}

fn loops(app: &App, asked: &Asked) -> Vec<Choice> {
    let lang = asked.lang;
    let all = app.store.loops().iter().map(|c| {
        let titles = medloop_engine::explain::Titles { def: &c.definition, lang };
        let code = c.definition.code.as_str();
        Choice { value: code.to_owned(), title: titles.whole(), chosen: asked.get("loop") == code }
    });
    std::iter::once(any(lang, "全部闭环", "Any loop")).chain(all).collect()
}

fn nodes(asked: &Asked, all: &[Seen]) -> Vec<Choice> {
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    for seen in all {
        for o in &seen.owed {
            named
                .entry(place_of(seen, &o.node))
                .or_insert_with(|| format!("{} · {}", seen.view.title, o.title));
        }
    }
    let chosen = asked.get("node");
    let all = named.into_iter().map(|(value, title)| Choice { chosen: value == chosen, value, title });
    std::iter::once(any(asked.lang, "全部环节", "Any node")).chain(all).collect()
}

fn hands(asked: &Asked, all: &[Seen]) -> Vec<Choice> {
    let held = all.iter().flat_map(|s| &s.owed).map(|o| work::hands(o, asked.lang));
    let held: std::collections::BTreeSet<String> = held.collect();
    let chosen = asked.get("with");
    let all =
        held.into_iter().map(|text| Choice { chosen: text == chosen, value: text.clone(), title: text });
    std::iter::once(any(asked.lang, "全部责任方", "Anybody")).chain(all).collect()
}

/// Where orders are stuck, by the node each of them waits for first; the place with most overdue orders first.
fn places(asked: &Asked, all: &[Seen]) -> Vec<Place> {
    let mut found: BTreeMap<String, (Place, i64)> = BTreeMap::new();
    for seen in all {
        let Some(first) = seen.owed.first() else { continue };
        let value = place_of(seen, &first.node);
        let (place, longest) = found.entry(value.clone()).or_insert_with(|| {
            let place = Place {
                href: asked.with(&[("node", &value)]),
                of: seen.view.title.clone(),
                title: first.title.clone(),
                n: 0,
                overdue: 0,
                longest: String::new(),
            };
            (place, 0)
        });
        place.n += 1;
        place.overdue += usize::from(first.state == NodeStatus::Overdue);
        *longest = first.waited_s.unwrap_or(0).max(*longest);
    }
    let mut all: Vec<(Place, i64)> = found.into_values().collect();
    all.sort_by_key(|(p, longest)| std::cmp::Reverse((p.overdue, *longest, p.n)));
    let shown = |(place, longest): (Place, i64)| Place {
        longest: if longest > 0 { duration(Span::seconds(longest), asked.lang) } else { String::new() },
        ..place
    };
    all.into_iter().map(shown).collect()
}
