//! Lists of instances, each with the sentence that matters now.

use crate::app::{App, Seen};
use crate::links;
use crate::pages::{List, Row};
use crate::timeline::{instance_tag, patient, sentence};
use medloop_engine::view::{Lang, urgency};
use medloop_store::{Error, InstanceRow};

/// The list's model: every row folded now, so that no list says what the timeline would not.
pub(super) async fn list(app: &App, rows: Vec<InstanceRow>, lang: Lang, empty: &str) -> Result<List, Error> {
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        shown.extend(app.see(&row.id, lang).await?.map(|seen| row_of(&seen, lang)));
    }
    Ok(List { rows: shown, empty: empty.to_owned() })
}

/// Of these the ones that wait for somebody, the most urgent first; `late`: only what is overdue or broken.
pub(super) async fn urgent(
    app: &App,
    rows: Vec<InstanceRow>,
    lang: Lang,
    empty: &str,
    late: bool,
) -> Result<List, Error> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.extend(app.see(&row.id, lang).await?);
    }
    all.retain(|seen| !late || seen.view.headline.tone == "bad");
    all.sort_by_cached_key(|seen| urgency(seen.view.headline.tone, &seen.owed));
    Ok(List { rows: all.iter().map(|seen| row_of(seen, lang)).collect(), empty: empty.to_owned() })
}

fn row_of(seen: &Seen, lang: Lang) -> Row {
    let view = &seen.view;
    let who = patient(view, lang);
    let place =
        [view.text.ward.clone(), view.patient.as_ref().and_then(|p| p.bed.clone()).map(|b| bed(&b, lang))];
    let place: Vec<String> = place.into_iter().flatten().collect();
    Row {
        href: links::instance(&view.key, &view.campus, &view.loop_code, &view.key),
        key: view.key.clone(),
        key_title: view.text.key_title.clone(),
        title: view.title.clone(),
        campus: view.text.campus.clone(),
        status: instance_tag(view.state, lang),
        patient: who.name,
        person: view
            .patient
            .as_ref()
            .and_then(|p| p.id.as_deref())
            .filter(|id| !id.is_empty())
            .map(links::patient),
        place: (!place.is_empty()).then(|| place.join(" ")),
        headline: sentence(view),
        opened: view.text.opened.clone().unwrap_or_default(),
        lasted: view.text.lasted.clone().unwrap_or_default(),
    }
}

pub(super) fn bed(bed: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{bed} 床"),
        Lang::En => format!("bed {bed}"),
    }
}
