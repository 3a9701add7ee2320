//! What people see when there is nothing to see, or the store does not answer.

use crate::app::page;
use crate::chrome::Asked;
use crate::pages::Listing;
use axum::http::StatusCode;
use axum::response::Response;
use medloop_store::Error;

/// A page that says that there is no such thing.
pub(super) fn missing(asked: &Asked, zh: &str, en: &str) -> Response {
    said(asked, StatusCode::NOT_FOUND, asked.lang.pick("没有找到", "Not found"), asked.lang.pick(zh, en))
}

/// A page for an error of the store.
pub(super) fn failed(asked: &Asked, error: &Error) -> Response {
    let lang = asked.lang;
    match error {
        Error::Cursor => {
            let text = lang.pick(
                "页码无效，请从第一页开始。",
                "This page's address is not valid, begin with the first page.",
            );
            said(asked, StatusCode::BAD_REQUEST, lang.pick("地址有误", "Bad address"), text)
        }
        Error::Busy | Error::Closed => {
            let text = lang.pick("系统正忙，请稍后再试。", "The system is busy, try again shortly.");
            said(asked, StatusCode::SERVICE_UNAVAILABLE, lang.pick("请稍候", "Please wait"), text)
        }
        other => {
            tracing::error!(error = %other, "the store failed");
            let text = lang
                .pick("读取失败，请联系信息科。", "Reading failed, please tell the information department.");
            said(asked, StatusCode::INTERNAL_SERVER_ERROR, lang.pick("出错了", "Something failed"), text)
        }
    }
}

fn said(asked: &Asked, status: StatusCode, title: &str, text: &str) -> Response {
    let model = Listing {
        chrome: asked.chrome(title),
        intro: text.to_owned(),
        head: vec![],
        rows: vec![],
        empty: String::new(),
        next: None,
    };
    page(asked, status, |t| t.listing(asked.lang, &model))
}
