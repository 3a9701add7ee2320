//! The timeline page, from events to HTML, without a store.

#![expect(clippy::unwrap_used, reason = "a test's helpers")]

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
        instances: vec![instance(view, 0, asked, &view.key)],
    };
    Templates::new().unwrap().timeline(asked.lang, &page).unwrap()
}

fn because(view: &InstanceView, track: &str, node: &str) -> String {
    let track = view.tracks.iter().find(|t| t.key.as_deref().unwrap_or_default() == track).unwrap();
    track.nodes.iter().rfind(|n| n.node == node).unwrap().because.clone()
}

fn rule(view: &InstanceView, track: &str, rule: &str) -> (&'static str, String) {
    let rule = view.rules.iter().find(|r| r.track.as_deref() == Some(track) && r.rule == rule).unwrap();
    (rule.verdict, rule.because.clone())
}

#[test]
fn a_clinician_sees_where_the_order_is_and_why() {
    let view = sample::view(&sample::lines(), &sample::patient(), "11:26", Lang::Zh);
    let said = "血袋 B2 配发血液 31 分钟未开始输血 · 超标准 1 分钟 · 责任：血液内科病区护士 · 另有 1 处异常";
    assert_eq!(view.headline.text, said);
    assert_eq!(because(&view, "B2", "start"), "因为 10:55 配发血液 之后 30 分钟内没有 开始输血");
    assert_eq!(
        because(&view, "", "accept"),
        "因为 08:10 上级医师审核 之后 35 分钟才有 签收配血医嘱，标准 30 分钟，超 5 分钟"
    );
    assert_eq!(because(&view, "B1", "start"), "09:50 配发血液 之后 14 分钟，标准 30 分钟内");
    assert_eq!(because(&view, "B2", "patrol"), "等 开始输血 之后");
    let late = ("violated", "因为 10:55 配发血液 之后 30 分钟内没有 开始输血".to_owned());
    assert_eq!(rule(&view, "B2", "blood_out"), late);
    let alone = ("violated", "因为 输血前核对 的核对人与人员都是 赵静".to_owned());
    assert_eq!(rule(&view, "B2", "two_person_check"), alone);
    let pause = ("holds", "最长间隔 28 分钟（10:20 至 10:48），标准 30 分钟内".to_owned());
    assert_eq!(rule(&view, "B1", "patrol_regularly"), pause);
    let html = page(&view, &asked(Lang::Zh)).replace("&#x2f;", "/");
    for text in [
        said,
        "周秀兰",
        "64 岁",
        "血液内科病区",
        "07 床",
        "第 1 轮",
        "缺少必填项 失效时间",
        "31 分钟 / 标准 30 分钟",
        "违反 双人核对",
        "href=\"#i0t2-start\"",
        "id=\"i0t2-start\"",
    ] {
        assert!(html.contains(text), "{text}");
    }
}

#[test]
fn the_same_in_english() {
    let view = sample::view(&sample::lines(), &sample::patient(), "11:26", Lang::En);
    let said = "Bag number B2 31 min after Issue without Start · 1 min over the standard · with Nurse, Haematology Ward · 1 more";
    assert_eq!(view.headline.text, said);
    assert_eq!(because(&view, "B2", "start"), "because Start did not follow Issue (10:55) within 30 min");
    let alone = ("violated", "because Verified by and person of Verify are both 赵静".to_owned());
    assert_eq!(rule(&view, "B2", "two_person_check"), alone);
    assert!(page(&view, &asked(Lang::En)).contains("Round 1"));
}

#[test]
fn the_sentence_follows_the_order_through_its_day() {
    let at = |now: &str, lines: usize| {
        let known = &sample::lines()[..lines];
        sample::view(known, &sample::patient(), now, Lang::Zh).headline
    };
    let next = at("08:05", 1);
    assert_eq!(
        (next.text.as_str(), next.tone),
        ("下一步 签收配血医嘱 · 最迟 08:30 · 责任：血液内科病区护士", "next")
    );
    let stuck = at("08:40", 2);
    assert_eq!(
        (stuck.text.as_str(), stuck.tone),
        ("下一步 签收配血医嘱 · 最迟 08:40 · 责任：血液内科病区护士", "next")
    );
    let stuck = at("08:41", 2);
    assert_eq!(
        (stuck.text.as_str(), stuck.tone),
        ("上级医师审核 31 分钟未签收配血医嘱 · 超标准 1 分钟 · 责任：血液内科病区护士", "bad")
    );
    let done = at("11:20", 15);
    assert_eq!((done.text.as_str(), done.tone), ("已闭合，用时 3 小时 10 分钟 · 1 个环节延迟", "good"));
}
