//! Plausible values for the fields of the dictionary: what a faultless order records.

use medloop_engine::catalogue::FieldDef;
use medloop_engine::graph::Definition;
use medloop_engine::name::FieldCode;
use medloop_engine::time::{Instant, Span, Zone};
use medloop_engine::value::Type;
use serde_json::{Value, json};

use super::random::Random;

/// Codes that mean "nothing out of the ordinary"; a table without one of them gives any of its codes, an order through.
const ORDINARY: [&str; 7] = ["无", "正常", "相合", "同意", "有效", "上级医师", "红细胞"];

/// Numbers as they are seen on a ward: field code, least, greatest, decimal places. Others are drawn from their range.
const NUMBERS: [(&str, i64, i64, u32); 8] = [
    ("quantity", 1, 2, 0),
    ("volume_ml", 2, 4, 0),
    ("infused_ml", 2, 4, 0),
    ("temperature", 362, 373, 1),
    ("pulse", 62, 96, 0),
    ("respiration", 14, 20, 0),
    ("drip_rate", 20, 60, 0),
    ("box_temperature", 25, 55, 1),
];

/// Texts that say something; other fields of type text get a short invented one.
const TEXTS: [(&str, &[&str]); 6] = [
    ("indication", &["Hb 58 g/L", "Hb 64 g/L", "术中出血约 600 ml", "血小板 18×10⁹/L"]),
    ("reason", &["标本溶血", "病情变化", "患者要求", "信息不符"]),
    ("transfusion_history", &["无", "有，无不良反应"]),
    ("method", &["盐水法＋抗球蛋白法", "凝聚胺法", "微柱凝胶法"]),
    ("handling", &["停止输血，报告医师", "减慢滴速，观察"]),
    ("remark", &["床旁复述无误", "家属陪同", "已宣教"]),
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
        Type::Span | Type::Person | Type::List(_) => return None,
    })
}

/// A value that the dictionary refuses for this field.
pub(crate) fn refused(field: &FieldDef) -> Value {
    match (&field.kind, field.range) {
        (Type::Number, Some((_, most))) => json!(most + 1.0),
        _ => json!("？"),
    }
}

/// Another code of the same table than `usual`.
pub(crate) fn another(definition: &Definition, field: &FieldCode, usual: &str) -> Option<Value> {
    let Type::Code(table) = &definition.fields.get(field)?.kind else {
        return Some(json!(format!("{usual}-X")));
    };
    let table = definition.tables.iter().find(|(code, _)| code.as_str() == table.as_ref())?.1;
    table.codes.keys().find(|c| c.as_ref() != usual).map(|c| json!(c.as_ref()))
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
