//! The icons of nodes and statuses: Lucide (ISC, see `assets/icons/LICENSE`), drawn into the page so that print and old
//! browser controls show them too.

/// The SVG element of an icon; a flag where no icon has that name. Loops write `test_tube`, since a word has no hyphen.
#[must_use]
pub(crate) fn svg(name: &str) -> &'static str {
    let name = name.replace('_', "-");
    let at = ICONS.binary_search_by(|(n, _)| (*n).cmp(name.as_str())).ok();
    at.and_then(|i| ICONS.get(i)).map_or(UNKNOWN, |(_, s)| s)
}

const UNKNOWN: &str = include_str!("../assets/icons/flag.svg");

/// Names in ascending order.
const ICONS: &[(&str, &str)] = &[
    ("activity", include_str!("../assets/icons/activity.svg")),
    ("archive", include_str!("../assets/icons/archive.svg")),
    ("arrow-left-right", include_str!("../assets/icons/arrow-left-right.svg")),
    ("badge-check", include_str!("../assets/icons/badge-check.svg")),
    ("bed", include_str!("../assets/icons/bed.svg")),
    ("bell", include_str!("../assets/icons/bell.svg")),
    ("calendar-clock", include_str!("../assets/icons/calendar-clock.svg")),
    ("check", include_str!("../assets/icons/check.svg")),
    ("chevron-right", include_str!("../assets/icons/chevron-right.svg")),
    ("chevrons-left", include_str!("../assets/icons/chevrons-left.svg")),
    ("circle-check", include_str!("../assets/icons/circle-check.svg")),
    ("circle-dashed", include_str!("../assets/icons/circle-dashed.svg")),
    ("circle-dot", include_str!("../assets/icons/circle-dot.svg")),
    ("circle-minus", include_str!("../assets/icons/circle-minus.svg")),
    ("circle-question-mark", include_str!("../assets/icons/circle-question-mark.svg")),
    ("circle-x", include_str!("../assets/icons/circle-x.svg")),
    ("clipboard", include_str!("../assets/icons/clipboard.svg")),
    ("clipboard-list", include_str!("../assets/icons/clipboard-list.svg")),
    ("clock", include_str!("../assets/icons/clock.svg")),
    ("droplet", include_str!("../assets/icons/droplet.svg")),
    ("droplets", include_str!("../assets/icons/droplets.svg")),
    ("ellipsis", include_str!("../assets/icons/ellipsis.svg")),
    ("execute", include_str!("../assets/icons/activity.svg")),
    ("eye", include_str!("../assets/icons/eye.svg")),
    ("feedback", include_str!("../assets/icons/message-square-reply.svg")),
    ("file-text", include_str!("../assets/icons/file-text.svg")),
    ("flag", include_str!("../assets/icons/flag.svg")),
    ("flask-conical", include_str!("../assets/icons/flask-conical.svg")),
    ("heart-pulse", include_str!("../assets/icons/heart-pulse.svg")),
    ("hourglass", include_str!("../assets/icons/hourglass.svg")),
    ("house", include_str!("../assets/icons/house.svg")),
    ("inbox", include_str!("../assets/icons/inbox.svg")),
    ("link", include_str!("../assets/icons/link.svg")),
    ("list", include_str!("../assets/icons/list.svg")),
    ("message-square-reply", include_str!("../assets/icons/message-square-reply.svg")),
    ("microscope", include_str!("../assets/icons/microscope.svg")),
    ("octagon-alert", include_str!("../assets/icons/octagon-alert.svg")),
    ("order", include_str!("../assets/icons/clipboard-list.svg")),
    ("package-check", include_str!("../assets/icons/package-check.svg")),
    ("pill", include_str!("../assets/icons/pill.svg")),
    ("recycle", include_str!("../assets/icons/recycle.svg")),
    ("review", include_str!("../assets/icons/shield-check.svg")),
    ("rotate-ccw", include_str!("../assets/icons/rotate-ccw.svg")),
    ("scale", include_str!("../assets/icons/scale.svg")),
    ("scan-line", include_str!("../assets/icons/scan-line.svg")),
    ("search", include_str!("../assets/icons/search.svg")),
    ("shield", include_str!("../assets/icons/shield-check.svg")),
    ("shield-check", include_str!("../assets/icons/shield-check.svg")),
    ("skip-forward", include_str!("../assets/icons/skip-forward.svg")),
    ("square-check", include_str!("../assets/icons/square-check.svg")),
    ("stethoscope", include_str!("../assets/icons/stethoscope.svg")),
    ("syringe", include_str!("../assets/icons/syringe.svg")),
    ("test-tube", include_str!("../assets/icons/test-tube.svg")),
    ("thermometer", include_str!("../assets/icons/thermometer.svg")),
    ("timer", include_str!("../assets/icons/timer.svg")),
    ("trash-2", include_str!("../assets/icons/trash-2.svg")),
    ("triangle-alert", include_str!("../assets/icons/triangle-alert.svg")),
    ("truck", include_str!("../assets/icons/truck.svg")),
    ("undo-2", include_str!("../assets/icons/undo-2.svg")),
    ("user-check", include_str!("../assets/icons/user-check.svg")),
    ("users", include_str!("../assets/icons/users.svg")),
    ("x", include_str!("../assets/icons/x.svg")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_holds_no_script() {
        assert!(ICONS.windows(2).all(|w| w[0].0 < w[1].0));
        for (_, svg) in ICONS {
            assert!(svg.starts_with("<svg ") && !svg.contains("script") && !svg.contains("style"));
        }
        // What loops may say is what there is.
        assert_eq!(ICONS.iter().map(|i| i.0).collect::<Vec<_>>(), medloop_dsl::icons::NAMES);
        assert_eq!(svg("no such icon"), UNKNOWN);
        assert_eq!(svg("test_tube"), svg("test-tube"));
        assert_ne!(svg("test_tube"), UNKNOWN);
    }
}
