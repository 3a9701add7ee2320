//! The migrations, in order, compiled into the program.

/// Version, name, text.
pub(crate) const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "events and tracks", include_str!("../../migrations/0001_events_and_tracks.sql")),
    (2, "alerts", include_str!("../../migrations/0002_alerts.sql")),
    (3, "open orders by department", include_str!("../../migrations/0003_open_orders.sql")),
    (4, "persons", include_str!("../../migrations/0004_persons.sql")),
    (5, "sources", include_str!("../../migrations/0005_sources.sql")),
    (6, "clocks", include_str!("../../migrations/0006_clocks.sql")),
    (7, "moves of patients", include_str!("../../migrations/0007_moves.sql")),
];
