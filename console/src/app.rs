//! What every handler shares: the store, the templates, and how an instance becomes its view.

use crate::chrome::Asked;
use crate::templates::Templates;
use crate::written::Written;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use medloop_engine::alert::Record;
use medloop_engine::explain::{Scene, text};
use medloop_engine::fold::fold;
use medloop_engine::time::{Instant, Moment, Precision, Zone};
use medloop_engine::view::{AlertView, InstanceView, Lang, Owed, alert, named, owed};
use medloop_store::{Instance, InstanceId, Store};
use std::sync::{Arc, LazyLock};

/// What handlers see.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) written: Arc<Written>,
}

/// An instance at the moment at which it is judged.
pub(crate) struct Seen {
    pub(crate) view: InstanceView,
    /// What it waits for, the worst first.
    pub(crate) owed: Vec<Owed>,
    pub(crate) now: Instant,
}

static TEMPLATES: LazyLock<Result<Templates, minijinja::Error>> = LazyLock::new(Templates::new);

impl App {
    /// An instance, folded now; `None` when no event leads there.
    pub(crate) async fn see(
        &self,
        id: &InstanceId,
        lang: Lang,
    ) -> Result<Option<Seen>, medloop_store::Error> {
        Ok(self.store.instance(id).await?.map(|found| self.look(&found, lang)))
    }

    /// An instance that was read, folded.
    pub(crate) fn look(&self, found: &Instance, lang: Lang) -> Seen {
        let state = fold(&found.definition, &found.facts, found.now);
        let catalogue = self.store.catalogue();
        let scene = Scene::new(&found.definition, &found.facts, &state, lang, Some(catalogue));
        let owed = owed(&scene, found.now);
        let alerts = found.alerts.iter().rev().filter_map(|record| self.alert(record, lang));
        let mut view = InstanceView { alerts: alerts.collect(), ..named(&scene, &found.hash, found.now) };
        view.alerts.sort_by_key(|a| !a.state.is_open());
        Seen { view, owed, now: found.now }
    }

    /// An alert as it stands now.
    pub(crate) fn alert(&self, record: &Record, lang: Lang) -> Option<AlertView> {
        alert(record, self.store.catalogue(), self.store.moment_of(record), lang)
    }

    /// A moment as pages show it: RFC 3339 and for people, in the first campus's zone.
    pub(crate) fn moment(&self, at: Instant) -> (String, String) {
        let utc = Zone::fixed("UTC", 0);
        let zone = self.store.catalogue().campuses.values().next().map_or(&utc, |c| &c.zone);
        let moment = Moment { at, precision: Precision::Second };
        (zone.rfc3339(at), text::clock_fine(zone, moment, None))
    }
}

/// Renders a page with one of the templates' functions.
pub(crate) fn page(
    asked: &Asked,
    status: StatusCode,
    render: impl FnOnce(&Templates) -> Result<String, minijinja::Error>,
) -> Response {
    let made = match &*TEMPLATES {
        Ok(templates) => render(templates).map_err(|e| e.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let (status, body) = made.map_or_else(
        |error| {
            tracing::error!(error, "a page could not be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, asked.lang.pick("页面出错。", "This page failed.").to_owned())
        },
        |html| (status, html),
    );
    let mut response = (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response();
    if asked.chosen {
        let cookie = match asked.lang {
            Lang::Zh => "lang=zh; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
            Lang::En => "lang=en; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
        };
        response.headers_mut().insert(header::SET_COOKIE, HeaderValue::from_static(cookie));
    }
    response
}
