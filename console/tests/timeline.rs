//! The timeline page, from events to HTML, without a store.

mod sample;

use medloop_console::Templates;
use medloop_console::chrome::Asked;
use medloop_console::timeline::{Timeline, instance};
use medloop_engine::view::{InstanceView, Lang};

fn asked(lang: Lang) -> Asked {
    Asked {
        lang,
        chosen: false,
        path: "/orders/ZY2026010500017".into(),
        query: vec![],
        group: "示范医疗集团".into(),
        now: ("2026-01-05T11:26:00+08:00".into(), "2026-01-05 11:26".into()),
    }
}

fn page(view: &InstanceView, asked: &Asked) -> String {
    let page = Timeline {
        chrome: asked.chrome("ZY2026010500017"),
        choices: vec![],
        instances: vec![instance(view, asked, &view.key)],
    };
    Templates::new().unwrap().timeline(asked.lang, &page).unwrap()
}

#[test]
fn a_clinician_sees_where_the_order_is_and_why() {
    for lang in [Lang::Zh, Lang::En] {
        let view = sample::view(&sample::lines(), &sample::patient(), "11:26", lang);
        let html = page(&view, &asked(lang));
        if let Ok(dir) = std::env::var("MEDLOOP_PREVIEW") {
            std::fs::write(format!("{dir}/timeline-{lang:?}.html"), &html).unwrap();
            std::fs::write(format!("{dir}/view-{lang:?}.json"), serde_json::to_string_pretty(&view).unwrap())
                .unwrap();
        }
        println!("{}", view.headline.text);
    }
}
