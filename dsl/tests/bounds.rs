//! No text hangs or breaks the reader: nesting and size are bounded, and whatever the bytes, there is an answer.

mod common;

use common::{catalogue, folder, text};
use medloop_dsl::compile::compile;
use medloop_dsl::diagnostic::{Lang, Sources, render_all, to_json_list};
use medloop_dsl::parse::{LARGEST, parse};
use medloop_engine::catalogue::Catalogue;
use proptest::prelude::*;
use std::sync::LazyLock;

static WORLD: LazyLock<Catalogue> = LazyLock::new(|| catalogue(&folder("world")));

fn codes(text: &str) -> Vec<&'static str> {
    parse("a.loop", text).1.into_iter().map(|d| d.code).collect()
}

#[test]
fn a_file_of_five_megabytes_is_refused() {
    let text = "环节 甲 [a] { 角色 护士 }\n".repeat(5 * 1024 * 1024 / 30);
    assert!(text.len() > LARGEST);
    assert_eq!(codes(&text), ["E0101"]);
}

#[test]
fn a_file_in_another_encoding_is_one_mistake() {
    // 闭环 甲 in GBK, and a loop as Notepad saves "Unicode".
    let gbk =
        [b"\xb1\xd5\xbb\xb7 \xbc\xd7 [a] {\n".as_slice(), &b"  \xb5\xc8\xbc\xb6 5\n".repeat(300)].concat();
    let utf16: Vec<u8> =
        "\u{feff}闭环 甲 [a] {\n  等级 5\n}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [gbk, utf16] {
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(codes(&text), ["E0127"]);
        let mut texts = common::texts(&folder("world"));
        texts.insert("a.loop".to_owned(), text.to_string());
        texts.insert("fields.yaml".to_owned(), text.into_owned());
        let found = medloop_dsl::library::load(&texts).1;
        let told: Vec<_> = found.iter().map(|d| (d.file.as_str(), d.code)).collect();
        assert_eq!(told, [("a.loop", "E0127"), ("fields.yaml", "E0127")]);
    }
}

#[test]
fn a_long_file_is_read() {
    let node = "环节 甲 [a] { 角色 护士 必填 血型、成分 时限 30分钟 自 乙 }\n";
    let text = format!("闭环 输血 [x] {{\n{}}}\n", node.repeat(LARGEST / 16 / node.len()));
    assert_eq!(codes(&text), Vec::<&str>::new());
}

#[test]
fn rubbish_is_answered_briefly() {
    for rubbish in [
        "，",
        "}",
        "x ",
        "= ",
        "要求 a = b ",
        "\"",
        "每次 x: ",
        "非 ",
        "(",
        "{",
        "[",
        "环节 ",
        "a→",
        "a→b|",
        "1+",
        "「",
    ] {
        let most = 30_000 / rubbish.len();
        for (open, close) in
            [("", ""), ("闭环 甲 [a] {\n流程 ", "\n}"), ("闭环 甲 [a] { 规则 乙 [b] { 要求 ", "}}")]
        {
            let text = format!("{open}{}{close}", rubbish.repeat(most));
            let found = parse("a.loop", &text).1;
            assert!(found.len() <= 201, "{rubbish} {}", found.len());
            assert!(!found.is_empty() || rubbish == "a→", "{rubbish}");
        }
    }
}

#[test]
fn deep_nesting_is_told() {
    for (open, close) in
        [("(", ")"), ("{", "}"), ("[", "]"), ("非 (", ")"), ("每次 x: (", ")"), ("a(", ")"), ("(a → ", ")")]
    {
        for start in ["闭环 甲 [a] { 规则 乙 [b] { 要求 ", "闭环 甲 [a] { 流程 ", ""] {
            let text = format!("{start}{}x{}", open.repeat(100_000), close.repeat(100_000));
            let found = codes(&text);
            assert!(found.contains(&"E0103"), "{start}{open} {found:?}");
            // As deep as is allowed: read, in the stack of a small thread.
            let text = format!("{start}{}x{}}}}}", open.repeat(60), close.repeat(60));
            let found = std::thread::Builder::new()
                .stack_size(2 * 1024 * 1024)
                .spawn(move || codes(&text))
                .unwrap()
                .join()
                .unwrap();
            assert!(found.len() <= 201);
        }
    }
}

fn soup() -> impl Strategy<Value = String> {
    let words: Vec<&'static str> = "闭环 片段 流程 环节 规则 参数 测试 指标 取消 停止 换单 事件 来自 角色 阶段 必填 可填 关联 时限 自 计划 要求 适用 \
        提示 升级 级别 每个 共 直到 重来 终止 当 且 或 非 属于 匹配 每次 任一 应有 最终 设 主键 起于 依据 范围 甲 乙 x a.b [code] { } ( ) [ ] → | & ? * + - , 、 : = == != < <= \
        30分钟 5 08:00 2026-01-05 次日 +1天 \"文字\" “文” 「名」 // /// \n 告警 撤回 更正 到达 新单 之前 loop node @node \u{fffd} \u{200b} 。 「 \" “"
        .split(' ')
        .collect();
    proptest::collection::vec(proptest::sample::select(words), 0..80).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (_, found) = parse("a.loop", &text);
        let _ = render_all(&found, &Sources::new([("a.loop", text)]), Lang::Zh);
    }

    #[test]
    fn any_soup_of_words_is_answered(text in soup()) {
        for begun in ["", "闭环 甲 [a] { ", "闭环 甲 [a] { 规则 乙 [b] { ", "闭环 甲 [a] { 测试 \"t\" { "] {
            answered(&format!("{begun}{text}"))?;
        }
    }

    #[test]
    fn a_good_file_with_a_wound_is_answered(from in 0.0..1.0, length in 0usize..40, put in soup()) {
        let good: Vec<char> = text(&folder("ok/constructs.loop")).chars().collect();
        let from = (from * good.len() as f64) as usize;
        let kept: String = good[..from].iter().collect();
        let rest: String = good[(from + length).min(good.len())..].iter().collect();
        answered(&format!("{kept}{put}{rest}"))?;
    }
}

/// Reads and compiles a text; every mistake has a place in it, and no definition comes with one.
fn answered(text: &str) -> Result<(), TestCaseError> {
    let (file, mut found) = parse("a.loop", text);
    let (definitions, more) = compile(&[file], &WORLD);
    found.extend(more);
    for d in &found {
        prop_assert!(d.span.start <= d.span.end && d.span.end <= text.len());
        prop_assert!(text.is_char_boundary(d.span.start) && text.is_char_boundary(d.span.end));
    }
    prop_assert!(definitions.is_empty() || !found.iter().any(|d| d.is_error()));
    let sources = Sources::new([("a.loop", text)]);
    let _ = (render_all(&found, &sources, Lang::En), to_json_list(&found, &sources));
    Ok(())
}
