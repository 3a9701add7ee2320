//! Lists of instances, each with the sentence that matters now.

use crate::app::App;
use crate::links;
use crate::pages::{List, Row};
use crate::timeline::{instance_tag, patient, sentence};
use medloop_engine::view::Lang;
use medloop_store::{Error, InstanceRow};

/// The list's model: every row folded now, so that no list says what the timeline would not.
pub(super) async fn list(app: &App, rows: Vec<InstanceRow>, lang: Lang, empty: &str) -> Result<List, Error> {
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(seen) = app.see(&row.id, lang).await? else { continue };
        let view = &seen.view;
        let who = patient(view, lang);
        let place = [
            view.text.ward.clone(),
            view.patient.as_ref().and_then(|p| p.bed.clone()).map(|b| bed(&b, lang)),
        ];
        let place: Vec<String> = place.into_iter().flatten().collect();
        shown.push(Row {
            href: links::instance(&view.key, &view.campus, &view.loop_code, &view.key),
            key: view.key.clone(),
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
        });
    }
    Ok(List { rows: shown, empty: empty.to_owned() })
}

pub(super) fn bed(bed: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{bed} 床"),
        Lang::En => format!("bed {bed}"),
    }
}
