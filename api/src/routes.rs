//! Every call of the REST door in one table: address, description, handler. Router and OpenAPI are both made from it.

use crate::app::App;
use crate::openapi::{Answer, Body, Kind, Operation};
use crate::{alerts, departments, events, health, instances, metrics, patients, quarantine, read, sources};
use axum::routing::{MethodRouter, get, post};

/// One method of one address.
pub(crate) struct Route {
    /// As OpenAPI writes it.
    pub(crate) path: &'static str,
    /// What it does.
    pub(crate) operation: Operation,
    /// Who does it.
    pub(crate) handler: MethodRouter<App>,
}

impl Route {
    /// The address as the router writes it: an instance's id may hold slashes, encoded or not.
    pub(crate) fn pattern(&self) -> &'static str {
        match self.path {
            "/api/v1/instances/{id}" => "/api/v1/instances/{*id}",
            other => other,
        }
    }
}

const READ: &[&str] = &["bad_query"];
const ONE: &[&str] = &["bad_query", "not_found"];

const INSTANCES: &[(&str, Kind, &str)] = &[
    (
        "q",
        Kind::Text,
        "A number as people know it: of an order, else one that leads to orders (barcode, bag), else of a patient or a visit. Not beside order or patient.",
    ),
    ("order", Kind::Text, "An order number that it carries."),
    ("patient", Kind::Text, "Patient id, any of the person's, or visit number."),
    ("visit", Kind::Text, "Visit number."),
    ("loop", Kind::Text, "Code of a loop."),
    ("campus", Kind::Text, "Code of a campus."),
    ("dept", Kind::Text, "Department of the patient."),
    ("status", Kind::Named("InstanceStatus"), "Status."),
    ("from", Kind::Time, "Opened at or after."),
    ("to", Kind::Time, "Opened before."),
    ("limit", Kind::Limit, "At most so many items."),
    ("cursor", Kind::Text, "next_cursor of the page before."),
];

const EVENTS: &[(&str, Kind, &str)] = &[
    ("state", Kind::Named("EventState"), "Where it stands."),
    ("order", Kind::Text, "The value of the key field under which it is kept."),
    ("source", Kind::Text, "Its source."),
    ("campus", Kind::Text, "Code of a campus."),
    ("limit", Kind::Limit, "At most so many items."),
    ("cursor", Kind::Text, "next_cursor of the page before."),
];

const ALERTS: &[(&str, Kind, &str)] = &[
    (
        "todo",
        Kind::Switch,
        "Only those about which somebody has to do something: open or acknowledged, and not of loaded history.",
    ),
    ("status", Kind::Named("AlertStatus"), "Status."),
    ("severity", Kind::Named("Severity"), "Severity."),
    ("rule", Kind::Text, "Code of a rule; source_silent for sources from which nothing comes."),
    ("loop", Kind::Text, "Code of a loop."),
    ("campus", Kind::Text, "Code of a campus."),
    ("dept", Kind::Text, "Department of the patient when it was raised."),
    ("order", Kind::Text, "An order number that its order carries."),
    ("instance", Kind::Text, "Id of an instance: campus/loop/key."),
    ("from", Kind::Time, "Raised at or after."),
    ("to", Kind::Time, "Raised before."),
    ("limit", Kind::Limit, "At most so many items."),
    ("cursor", Kind::Text, "next_cursor of the page before."),
];

/// What a person does about an alert; who, in `X-Actor` (percent-encoded UTF-8) until there is a sign-in.
fn act(
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    body: Body,
    handler: MethodRouter<App>,
) -> Route {
    let faults: &[&str] = &[
        "not_json",
        "bad_body",
        "bad_query",
        "no_actor",
        "not_found",
        "wrong_state",
        "too_large",
        "unsupported_media_type",
    ];
    let answer = Answer::One("Alert");
    Route {
        path,
        operation: Operation { method: "post", id, summary, query: &[], body, answer, faults },
        handler,
    }
}

/// All of them.
pub(crate) fn all() -> Vec<Route> {
    let read = |path, id, summary, query, answer, faults, handler| Route {
        path,
        operation: Operation { method: "get", id, summary, query, body: Body::None, answer, faults },
        handler,
    };
    vec![
        Route {
            path: "/api/v1/events",
            operation: Operation {
                method: "post",
                id: "submitEvents",
                summary: "Takes one event or many; answers when every accepted one is durable. A bad event never spoils its batch.",
                query: &[(
                    "backfill",
                    Kind::Switch,
                    "History: taken to have arrived when it was recorded, else when it happened; raises no alert of today.",
                )],
                body: Body::Events,
                answer: Answer::One("Submitted"),
                faults: &[
                    "not_json",
                    "not_events",
                    "bad_query",
                    "incomplete_body",
                    "too_large",
                    "too_many",
                    "unsupported_media_type",
                    "queue_full",
                ],
            },
            handler: post(events::submit),
        },
        read(
            "/api/v1/events",
            "listEvents",
            "What came in, newest first.",
            EVENTS,
            Answer::Page("EventRow"),
            READ,
            get(events::list),
        ),
        read(
            "/api/v1/events/{source}/{id}",
            "getEvent",
            "One event with its raw message; source and id percent-encoded.",
            &[],
            Answer::One("EventWhole"),
            ONE,
            get(events::one),
        ),
        read(
            "/api/v1/instances",
            "listInstances",
            "Orders in their loops, newest first.",
            INSTANCES,
            Answer::Page("InstanceRow"),
            READ,
            get(instances::list),
        ),
        read(
            "/api/v1/instances/{id}",
            "getInstance",
            "One order in one loop, whole; id is campus/loop/key, percent-encoded.",
            &[],
            Answer::One("Instance"),
            ONE,
            get(instances::one),
        ),
        read(
            "/api/v1/orders/{order_no}",
            "getOrder",
            "The instances of an order in every loop and campus.",
            &[("campus", Kind::Text, "Only this campus.")],
            Answer::Page("Instance"),
            ONE,
            get(instances::order),
        ),
        read(
            "/api/v1/patients/{id}",
            "getPatient",
            "A patient: the ids that are one person by the merges that hold, where the patient is and was, and the latest 200 orders by visit. Later pages: GET /instances with patient and next_cursor.",
            &[],
            Answer::One("PatientWhole"),
            ONE,
            get(patients::one),
        ),
        read(
            "/api/v1/departments/{dept}/open",
            "listOpenOrders",
            "What is open for the patients of a department: which nodes are owed, by whom, since when; what hurts most first, of the orders opened first.",
            &[
                ("campus", Kind::Text, "Code of a campus."),
                ("loop", Kind::Text, "Code of a loop."),
                ("limit", Kind::Limit, "At most so many items."),
            ],
            Answer::Page("OpenOrder"),
            READ,
            get(departments::open),
        ),
        read(
            "/api/v1/alerts",
            "listAlerts",
            "Alerts, the one raised last first.",
            ALERTS,
            Answer::Page("Alert"),
            READ,
            get(alerts::list),
        ),
        read(
            "/api/v1/alerts/{id}",
            "getAlert",
            "One alert with its history.",
            &[],
            Answer::One("Alert"),
            ONE,
            get(alerts::one),
        ),
        act(
            "/api/v1/alerts/{id}/acknowledge",
            "acknowledgeAlert",
            "Takes an open alert: it is not escalated any further.",
            Body::None,
            post(alerts::acknowledge),
        ),
        act(
            "/api/v1/alerts/{id}/verify",
            "verifyAlert",
            "Says whether an alert was a risk.",
            Body::Json("Verification"),
            post(alerts::verify),
        ),
        act(
            "/api/v1/alerts/{id}/dismiss",
            "dismissAlert",
            "Puts an alert aside, with the reason.",
            Body::Json("Dismissal"),
            post(alerts::dismiss),
        ),
        act(
            "/api/v1/alerts/{id}/close",
            "closeAlert",
            "Is done with an alert that was verified or dismissed.",
            Body::None,
            post(alerts::close),
        ),
        read(
            "/api/v1/quarantine",
            "listQuarantine",
            "What could not be taken, with its reason, newest first.",
            &[
                ("state", Kind::Text, "open (unless said) or mended."),
                ("limit", Kind::Limit, "At most so many items."),
                ("cursor", Kind::Text, "next_cursor of the page before."),
            ],
            Answer::Page("Quarantined"),
            READ,
            get(quarantine::list),
        ),
        Route {
            path: "/api/v1/quarantine/{id}/retry",
            operation: Operation {
                method: "post",
                id: "retryQuarantined",
                summary: "Takes a quarantined message again, as it is or mended in the body.",
                query: &[],
                body: Body::Mended,
                answer: Answer::One("Submitted"),
                faults: &[
                    "not_json",
                    "not_events",
                    "bad_query",
                    "not_found",
                    "incomplete_body",
                    "too_large",
                    "too_many",
                    "unsupported_media_type",
                    "queue_full",
                ],
            },
            handler: post(quarantine::retry),
        },
        read(
            "/api/v1/sources",
            "listSources",
            "Every system from which live events have come, at each campus: the last, how long they take, whether its clock runs ahead.",
            &[],
            Answer::Page("Source"),
            READ,
            get(sources::list),
        ),
        read(
            "/api/v1/loops",
            "listLoops",
            "The published loops.",
            &[],
            Answer::Page("LoopRow"),
            READ,
            get(read::loops),
        ),
        read(
            "/api/v1/loops/{loop}",
            "getLoop",
            "One published loop, whole.",
            &[],
            Answer::One("Loop"),
            ONE,
            get(read::one_loop),
        ),
        read(
            "/api/v1/loops/{loop}/graph.svg",
            "getLoopGraph",
            "The state graph of a published loop as a picture.",
            &[],
            Answer::Text("image/svg+xml"),
            ONE,
            get(read::graph),
        ),
        read(
            "/api/v1/dictionary",
            "getDictionary",
            "The interface dictionary: campuses, systems, roles, event types, fields, code tables.",
            &[],
            Answer::One("Dictionary"),
            READ,
            get(read::dictionary),
        ),
        read("/openapi.json", "getOpenapi", "This document.", &[], Answer::Document, &[], get(read::openapi)),
        read(
            "/healthz",
            "isAlive",
            "Whether the process answers.",
            &[],
            Answer::One("Health"),
            &[],
            get(health::alive),
        ),
        read(
            "/readyz",
            "isReady",
            "Whether events can be taken: the database answers and the writer runs.",
            &[],
            Answer::One("Health"),
            &[],
            get(health::ready),
        ),
        read(
            "/metrics",
            "getMetrics",
            "What Prometheus reads: events by system and result, queue, durations, instances, requests by route and status.",
            &[],
            Answer::Text("application/openmetrics-text"),
            &[],
            get(metrics::metrics),
        ),
    ]
}
