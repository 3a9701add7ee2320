//! `/orders/{order_no}`: where the order is, who has it, what is late, and why.

use super::error;
use crate::app::{App, Seen, page};
use crate::chrome::Asked;
use crate::links;
use crate::timeline::{Choice, Timeline, instance, instance_tag};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use medloop_engine::state::Status;
use medloop_engine::view::FindingView;
use medloop_store::Error;

/// As many instances of one order are shown to choose from.
const CHOICES: usize = 24;
/// As many are drawn whole on one page when none is chosen.
const WHOLE: usize = 3;

/// The timeline.
pub(crate) async fn timeline(
    State(app): State<App>,
    mut asked: Asked,
    Path(order_no): Path<String>,
) -> Response {
    match seen(&app, &asked, &order_no).await {
        Ok(all) if all.is_empty() => {
            error::missing(&asked, "没有这个医嘱号的闭环。", "No loop has this order number.")
        }
        Ok(all) => {
            let shown = chosen(&asked, &all);
            if let [one] = shown.as_slice() {
                asked.now = app.moment(one.now);
            }
            let model = Timeline {
                chrome: asked.chrome(&order_no),
                choices: choices(&asked, &order_no, &all, &shown),
                instances: shown
                    .iter()
                    .enumerate()
                    .map(|(n, s)| instance(&s.view, n, &asked, &order_no))
                    .collect(),
            };
            page(&asked, StatusCode::OK, |t| t.timeline(asked.lang, &model))
        }
        Err(error) => error::failed(&asked, &error),
    }
}

async fn seen(app: &App, asked: &Asked, order_no: &str) -> Result<Vec<Seen>, Error> {
    let mut all = Vec::new();
    for id in app.store.orders(order_no).await?.into_iter().take(CHOICES) {
        all.extend(app.see(&id, asked.lang).await?);
    }
    // Times are shown as they were stated; whose clock is off is said beside them.
    let remarks = super::sources::remarks(app, asked.lang).await?;
    for seen in &mut all {
        let campus = seen.view.campus.clone();
        for node in seen.view.tracks.iter_mut().flat_map(|t| &mut t.nodes) {
            let system = node.record.system.clone().unwrap_or_default();
            if let Some(message) = remarks.get(&(system, campus.clone())) {
                node.findings.push(FindingView {
                    code: "clock_off",
                    message: message.clone(),
                    defect: false,
                });
            }
        }
    }
    // Loops share event types: beside an order that is known, what merely waits for one of another loop says nothing.
    if all.iter().any(|s| s.view.state != Status::Waiting) {
        all.retain(|s| s.view.state != Status::Waiting);
    }
    Ok(all)
}

fn chosen<'a>(asked: &Asked, all: &'a [Seen]) -> Vec<&'a Seen> {
    let fits = |name: &str, value: &str| asked.get(name).is_empty() || asked.get(name) == value;
    let fit = all.iter().filter(|s| {
        let v = &s.view;
        fits("campus", &v.campus) && fits("loop", &v.loop_code) && fits("key", &v.key)
    });
    let fit: Vec<&Seen> = fit.collect();
    if fit.is_empty() { all.iter().take(WHOLE).collect() } else { fit.into_iter().take(WHOLE).collect() }
}

fn choices(asked: &Asked, order_no: &str, all: &[Seen], shown: &[&Seen]) -> Vec<Choice> {
    if all.len() < 2 {
        return Vec::new();
    }
    let here = |s: &Seen| matches!(shown, [one] if one.view.id == s.view.id);
    all.iter()
        .map(|s| {
            let v = &s.view;
            Choice {
                href: links::instance(order_no, &v.campus, &v.loop_code, &v.key),
                here: here(s),
                title: v.title.clone(),
                campus: v.text.campus.clone(),
                key: v.key.clone(),
                status: instance_tag(v.state, asked.lang),
            }
        })
        .collect()
}
