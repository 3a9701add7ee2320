//! Errors as `application/problem+json` (RFC 9457): one place says status, code and sentence of every one of them.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use medloop_engine::alert::{Act, AlertStatus};
use medloop_engine::words::{Lang, Worded as _};
use serde_json::json;

/// What went wrong, grouped by what the caller can do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The body is no JSON; why, in the words of the parser.
    NotJson(String),
    /// The body is JSON, but neither an event nor a list of events.
    NotEvents,
    /// The body is longer than this many bytes.
    TooLarge(usize),
    /// The body holds more events than this.
    TooMany(usize),
    /// The body stopped coming.
    Incomplete,
    /// The `Content-Type` or `Content-Encoding`.
    MediaType(String),
    /// A query parameter: its name, and what it should be in Chinese and English.
    Query(String, &'static str, &'static str),
    /// What the body says is not what this call takes: what it should be in Chinese and English.
    Body(&'static str, &'static str),
    /// Nobody says who does it.
    NoActor,
    /// Not in the state in which the alert is.
    WrongState(AlertStatus),
    /// A page of another site sent it.
    CrossSite,
    /// Nothing is there.
    NotFound,
    /// The address exists, not with this method.
    Method,
    /// The queue is full.
    Busy,
    /// Shutting down, or the database is away.
    Unavailable,
    /// Our own mistake; details are in the log.
    Internal,
}

/// A fault in the reader's language.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) fault: Fault,
    pub(crate) lang: Lang,
}

impl Fault {
    /// In the language of the reader.
    pub(crate) fn to(self, lang: Lang) -> Problem {
        Problem { fault: self, lang }
    }

    /// Every status and code, for the interface description.
    pub(crate) fn all() -> Vec<(StatusCode, &'static str)> {
        let all = [
            Self::NotJson(String::new()),
            Self::NotEvents,
            Self::Incomplete,
            Self::Query(String::new(), "", ""),
            Self::Body("", ""),
            Self::NoActor,
            Self::CrossSite,
            Self::NotFound,
            Self::WrongState(AlertStatus::Open),
            Self::Method,
            Self::TooLarge(0),
            Self::TooMany(0),
            Self::MediaType(String::new()),
            Self::Busy,
            Self::Internal,
            Self::Unavailable,
        ];
        all.iter().map(|f| (f.status(), f.code())).collect()
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotJson(_) | Self::NotEvents | Self::Query(..) | Self::Body(..) | Self::NoActor => {
                StatusCode::BAD_REQUEST
            }
            Self::WrongState(_) => StatusCode::CONFLICT,
            Self::Incomplete => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge(_) | Self::TooMany(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::CrossSite => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Busy => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotJson(_) => "not_json",
            Self::NotEvents => "not_events",
            Self::Incomplete => "incomplete_body",
            Self::TooLarge(_) => "too_large",
            Self::TooMany(_) => "too_many",
            Self::MediaType(_) => "unsupported_media_type",
            Self::Query(..) => "bad_query",
            Self::Body(..) => "bad_body",
            Self::NoActor => "no_actor",
            Self::WrongState(_) => "wrong_state",
            Self::CrossSite => "cross_site",
            Self::NotFound => "not_found",
            Self::Method => "method_not_allowed",
            Self::Busy => "queue_full",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    fn say(&self) -> (String, String) {
        let two = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
        match self {
            Self::NotJson(why) => (format!("请求体不是 JSON：{why}"), format!("the body is no JSON: {why}")),
            Self::NotEvents => two(
                "请求体必须是一个事件对象或事件数组",
                "the body must be an event object or an array of them",
            ),
            Self::TooLarge(most) => {
                (format!("请求体超过 {most} 字节"), format!("the body is longer than {most} bytes"))
            }
            Self::TooMany(most) => (
                format!("一次最多 {most} 个事件，没有收下任何一个；请分批"),
                format!("at most {most} events at a time, and none was taken: send them in parts"),
            ),
            Self::Incomplete => two("请求体没有传完", "the body did not come to its end"),
            Self::MediaType(kind) => (
                format!(
                    "不支持 {kind}；请用 application/cloudevents+json、application/cloudevents-batch+json 或 application/json"
                ),
                format!(
                    "{kind} is not supported: use application/cloudevents+json, application/cloudevents-batch+json or application/json"
                ),
            ),
            Self::Query(name, zh, en) => {
                (format!("查询参数 {name}：{zh}"), format!("query parameter {name}: {en}"))
            }
            Self::Body(zh, en) => (format!("请求体：{zh}"), format!("the body: {en}")),
            Self::NoActor => two(
                "没有说明是谁：请在 X-Actor 中给出工号",
                "nobody says who does it: give the staff id in X-Actor",
            ),
            Self::WrongState(status) => {
                let word = status.word();
                let can = Act::allowed(*status).join(", ");
                let can = if can.is_empty() { "—" } else { can.as_str() };
                (
                    format!("告警{}，不能这样处理；可用：{can}", word.zh),
                    format!("the alert is {}: this is not allowed; allowed: {can}", word.en.to_lowercase()),
                )
            }
            Self::CrossSite => {
                two("不接受其他网站的页面发来的请求", "requests from pages of other sites are not taken")
            }
            Self::NotFound => two("没有找到", "there is nothing here"),
            Self::Method => two("这个地址不支持该方法", "this address does not take this method"),
            Self::Busy => two(
                "队列已满，没有收下任何事件；请稍后重发",
                "the queue is full and nothing was taken: send again later",
            ),
            Self::Unavailable => two("服务暂不可用", "the service is not available at the moment"),
            Self::Internal => {
                two("内部错误，详见服务器日志", "an error of our own: the server's log says more")
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.fault.status();
        let (zh, en) = self.fault.say();
        let body = json!({
            "type": "about:blank",
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "code": self.fault.code(),
            "detail": self.lang.pick(&zh, &en),
        });
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.fault == Fault::Busy {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        // A client that was refused for the size of its body may still be sending: the connection is of no more use.
        if matches!(self.fault, Fault::TooLarge(_) | Fault::Incomplete) {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}
