//! Plausible values for the fields of the dictionary: what a faultless order records.

use medloop_engine::catalogue::FieldDef;
use medloop_engine::graph::Definition;
use medloop_engine::name::FieldCode;
use medloop_engine::time::{Instant, Span, Zone};
use medloop_engine::value::Type;
use serde_json::{Value, json};
use std::sync::Arc;

use super::random::Random;

/// Codes that mean "nothing out of the ordinary"; a table without one of them gives any of its codes, an order through.
const ORDINARY: [&str; 17] = [
    "无",
    "正常",
    "相合",
    "同意",
    "有效",
    "上级医师",
    "红细胞",
    "检验",
    "住院",
    "系统",
    "过高",
    "及时",
    "常规",
    "普通",
    "一般",
    "第二批",
    "血清",
];

/// Numbers as they are seen on a ward: field code, least, greatest, decimal places. Others are drawn from their range.
const NUMBERS: [(&str, i64, i64, u32); 11] = [
    ("quantity", 1, 2, 0),
    ("volume_ml", 2, 4, 0),
    ("infused_ml", 2, 4, 0),
    ("temperature", 362, 373, 1),
    ("pulse", 62, 96, 0),
    ("respiration", 14, 20, 0),
    ("drip_rate", 20, 60, 0),
    ("drug_count", 2, 4, 0),
    ("part_count", 1, 2, 0),
    ("invited_count", 1, 3, 0),
    ("box_temperature", 25, 55, 1),
];

/// Texts that say something; other fields of type text get a short invented one.
const TEXTS: [(&str, &[&str]); 25] = [
    ("indication", &["Hb 58 g/L", "Hb 64 g/L", "术中出血约 600 ml", "血小板 18×10⁹/L"]),
    ("reason", &["标本溶血", "病情变化", "患者要求", "信息不符"]),
    ("transfusion_history", &["无", "有，无不良反应"]),
    ("method", &["盐水法＋抗球蛋白法", "凝聚胺法", "微柱凝胶法"]),
    ("handling", &["停止输血，报告医师", "减慢滴速，观察"]),
    ("remark", &["床旁复述无误", "家属陪同", "已宣教"]),
    ("item_code", &["K"]),
    ("item_name", &["血钾"]),
    ("result_value", &["6.8", "7.1", "7.4"]),
    ("result_unit", &["mmol/L"]),
    ("critical_limit", &["2.8–6.2 mmol/L"]),
    ("limit_version", &["2025-2"]),
    ("recheck_value", &["6.7", "7.0", "5.1"]),
    ("handling_note", &["葡萄糖酸钙静推，复查血钾", "胰岛素加葡萄糖静滴，心电监护", "联系肾内科，准备透析"]),
    ("notified_dept", &["本病区"]),
    ("informed_person", &["本人", "家属"]),
    ("drugs", &["头孢唑林", "维生素 C", "氯化钾", "奥美拉唑", "多索茶碱"]),
    ("solvent", &["0.9% 氯化钠 100 ml", "5% 葡萄糖 250 ml", "0.9% 氯化钠 250 ml"]),
    ("usage", &["静滴 qd", "静滴 bid", "静滴 q8h"]),
    (
        "intervention",
        &["溶媒不宜，建议改用 5% 葡萄糖", "给药浓度过高，建议加大溶媒量", "两药有配伍禁忌，建议分瓶"],
    ),
    ("insistence", &["重症感染，已请会诊"]),
    ("lot_nos", &["A25101", "B25117", "C25120", "D25093"]),
    ("station", &["1", "2", "3", "4", "5", "6"]),
    ("box_no", &["X01", "X02", "X03", "X04"]),
    ("record_no", &["病程-01", "病程-02", "病程-03"]),
];

/// Draws a value of `field` that its dictionary entry accepts. Persons and keys are given elsewhere: `None`.
pub(crate) fn draw(
    random: &mut Random,
    definition: &Definition,
    field: &FieldDef,
    at: Instant,
    zone: &Zone,
) -> Option<Value> {
    Some(match &field.kind {
        Type::Bool => json!(false),
        Type::Number => number(random, field),
        Type::Code(table) => {
            let table = definition.tables.iter().find(|(code, _)| code.as_str() == table.as_ref())?.1;
            let codes: Vec<&str> = table.codes.keys().map(AsRef::as_ref).collect();
            let usual = codes.iter().find(|c| ORDINARY.contains(c));
            json!(usual.or_else(|| random.pick(&codes))?)
        }
        Type::Text if field.pattern.is_some() => pattern(random, field),
        Type::Text => text(random, &field.code),
        Type::Moment => json!(zone.rfc3339(at)),
        Type::List(inner) if **inner == Type::Text => {
            json!([text(random, &field.code), text(random, &field.code)])
        }
        Type::Span | Type::Person | Type::List(_) => return None,
    })
}

/// The code of a field's table that means "nothing out of the ordinary".
pub(crate) fn ordinary<'d>(definition: &'d Definition, field: &FieldCode) -> Option<&'d Arc<str>> {
    let Type::Code(table) = &definition.fields.get(field)?.kind else { return None };
    let table = definition.tables.iter().find(|(code, _)| code.as_str() == table.as_ref())?.1;
    table.codes.keys().find(|c| ORDINARY.contains(&c.as_ref()))
}

/// A value that the dictionary refuses for this field.
pub(crate) fn refused(field: &FieldDef) -> Value {
    match (&field.kind, field.range) {
        (Type::Number, Some((_, most))) => json!(most + 1.0),
        _ => json!("？"),
    }
}

/// Another value of the same kind than `usual`: of a code another of its table.
pub(crate) fn another(definition: &Definition, field: &FieldCode, usual: &Value) -> Option<Value> {
    if let Some(number) = usual.as_i64() {
        return Some(json!(number + 1));
    }
    if let Some(said) = usual.as_bool() {
        return Some(json!(!said));
    }
    let usual = usual.as_str().unwrap_or_default();
    let Type::Code(table) = &definition.fields.get(field)?.kind else {
        return Some(json!(format!("{usual}-X")));
    };
    let table = definition.tables.iter().find(|(code, _)| code.as_str() == table.as_ref())?.1;
    table.codes.keys().find(|c| c.as_ref() != usual).map(|c| json!(c.as_ref()))
}

/// Moments that lie hours, not weeks, after what they bound: field code, least and most minutes.
const HOURS: [(&str, i64, i64); 2] = [("cutoff_at", 60, 180), ("use_before", 480, 1440)];

/// Days on which something must be done: not written when the day is so far gone that it cannot be.
const TODAY: [&str; 1] = ["critical_date"];

/// A moment of this field that lies after `at`, with room for what must still happen before it.
pub(crate) fn after(random: &mut Random, field: &FieldCode, at: Instant, zone: &Zone) -> Option<Value> {
    if TODAY.contains(&field.as_str()) {
        let (today, soon) = (day(at, 0, zone), day(at.plus(Span(5 * 3_600_000_000)), 0, zone));
        return (today == soon).then_some(today);
    }
    Some(match HOURS.iter().find(|(code, ..)| *code == field.as_str()) {
        Some((_, least, most)) => {
            json!(zone.rfc3339(at.plus(Span(random.between(*least, *most) * 60_000_000))))
        }
        None => day(at, random.between(9, 30), zone),
    })
}

/// A date some days from `at`, as a calendar day.
pub(crate) fn day(at: Instant, days: i64, zone: &Zone) -> Value {
    let moved = at.plus(Span(days * 86_400_000_000));
    json!(zone.rfc3339(moved).chars().take(10).collect::<String>())
}

fn number(random: &mut Random, field: &FieldDef) -> Value {
    let known = NUMBERS.iter().find(|(code, ..)| *code == field.code.as_str());
    if let Some((code, low, high, places)) = known {
        let drawn = random.between(*low, *high);
        // Blood comes in units of 200 ml.
        let drawn = if code.ends_with("_ml") { drawn * 100 } else { drawn };
        return if *places == 0 { json!(drawn) } else { json!(tenths(drawn)) };
    }
    let (low, high) = field.range.unwrap_or((1.0, 10.0));
    json!(((low + high) / 2.0).floor())
}

fn tenths(number: i64) -> f64 {
    f64::from(i32::try_from(number).unwrap_or(0)) / 10.0
}

fn text(random: &mut Random, code: &FieldCode) -> Value {
    let known = TEXTS.iter().find(|(known, _)| *known == code.as_str());
    let drawn = known.and_then(|(_, texts)| random.pick(texts)).map(|t| (*t).to_string());
    json!(drawn.unwrap_or_else(|| number_text(random, code)))
}

fn number_text(random: &mut Random, code: &FieldCode) -> String {
    let initial: String = code.as_str().chars().take(1).flat_map(char::to_uppercase).collect();
    format!("{initial}{:06}", random.between(0, 999_999))
}

/// Patterns of the dictionary are of two kinds here: a fraction (blood pressure), or letters and digits.
fn pattern(random: &mut Random, field: &FieldDef) -> Value {
    if field.pattern.as_deref().is_some_and(|p| p.contains("}/[")) {
        return json!(format!("{}/{}", random.between(104, 138), random.between(62, 86)));
    }
    json!(number_text(random, &field.code))
}
