//! What every page has around it: language, navigation, style sheet, the moment it shows.

use crate::{assets, links};
use medloop_engine::view::Lang;
use serde::Serialize;

/// The frame of a page.
#[derive(Clone, Debug, Serialize)]
pub struct Chrome {
    /// Language tag of the document.
    pub tag: &'static str,
    /// Title of the page.
    pub title: String,
    /// Address of the style sheet.
    pub css: String,
    /// Address of the tab's icon.
    pub favicon: String,
    /// Name of the hospital group.
    pub group: String,
    /// The pages that lead everywhere.
    pub nav: Vec<NavItem>,
    /// This page in the other language.
    pub other_lang: String,
    /// This page again.
    pub here: String,
    /// The moment that the page shows, RFC 3339.
    pub now: String,
    /// The same for people.
    pub now_text: String,
}

/// One entry of the navigation.
#[derive(Clone, Debug, Serialize)]
pub struct NavItem {
    /// Where it leads.
    pub href: &'static str,
    /// What it says.
    pub title: &'static str,
    /// Whether this page is one of it.
    pub here: bool,
}

/// What a page is asked with: its path, its query without `lang`, its language and moment.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Decided by `?lang=`, else the cookie, else Chinese.
    pub lang: Lang,
    /// Whether `?lang=` said so: the cookie then keeps it.
    pub chosen: bool,
    /// The path as it came.
    pub path: String,
    /// The query's pairs as they came, `lang` left out.
    pub query: Vec<(String, String)>,
    /// Name of the hospital group.
    pub group: String,
    /// The moment that the page shows, RFC 3339, and for people.
    pub now: (String, String),
}

impl Asked {
    /// The value of a query parameter; empty when absent.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.query.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v.trim())
    }

    /// This page with some query parameters set otherwise; an empty value takes one away.
    #[must_use]
    pub fn with(&self, set: &[(&str, &str)]) -> String {
        let kept = self.query.iter().filter(|(k, _)| !set.iter().any(|(s, _)| s == k));
        let mut pairs: Vec<(&str, &str)> = kept.map(|(k, v)| (k.as_str(), v.as_str())).collect();
        pairs.extend_from_slice(set);
        links::query(&self.path, &pairs)
    }

    /// The frame of a page with this title.
    #[must_use]
    pub fn chrome(&self, title: &str) -> Chrome {
        let lang = self.lang;
        let item = |href: &'static str, zh: &'static str, en: &'static str| NavItem {
            href,
            title: lang.pick(zh, en),
            here: if href == "/" { self.path == "/" } else { self.path.starts_with(href) },
        };
        Chrome {
            tag: lang.pick("zh-CN", "en"),
            title: title.to_owned(),
            css: assets::CSS.path.clone(),
            favicon: assets::FAVICON.path.clone(),
            group: self.group.clone(),
            nav: vec![
                item("/orders", "医嘱", "Orders"),
                item("/alerts", "告警", "Alerts"),
                item("/departments", "科室", "Departments"),
                item("/loops", "闭环", "Loops"),
                item("/waiting", "待关联", "Waiting"),
                item("/quarantine", "隔离", "Quarantine"),
                item("/sources", "来源", "Sources"),
            ],
            other_lang: self.with(&[("lang", lang.pick("en", "zh"))]),
            here: self.with(&[]),
            now: self.now.0.clone(),
            now_text: self.now.1.clone(),
        }
    }
}
