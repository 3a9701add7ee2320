//! Query parameters: each known one is taken out by name, and what is left over is a mistake worth telling.

use crate::problem::Fault;
use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;

/// The parameters of one request.
#[derive(Debug)]
pub(crate) struct Params(BTreeMap<String, String>);

impl Params {
    /// Reads a query string.
    pub(crate) fn read(query: Option<&str>) -> Result<Self, Fault> {
        let mut all = BTreeMap::new();
        for pair in query.unwrap_or_default().split('&').filter(|p| !p.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            if all.insert(name.clone(), value).is_some() {
                return Err(Fault::Query(name, "只能给一次", "may be given once"));
            }
        }
        // The language is everybody's, and read elsewhere.
        all.remove("lang");
        Ok(Self(all))
    }

    /// The value of a parameter; an empty one counts as absent.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name).filter(|v| !v.is_empty())
    }

    /// The value of a parameter in another form.
    pub(crate) fn parse<T>(
        &mut self,
        name: &str,
        zh: &'static str,
        en: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Fault> {
        let bad = || Fault::Query(name.to_owned(), zh, en);
        self.take(name).map(|text| parse(&text).ok_or_else(bad)).transpose()
    }

    /// A switch, where it is said.
    pub(crate) fn switch_said(&mut self, name: &str) -> Result<Option<bool>, Fault> {
        self.parse(name, "应为 true 或 false", "is true or false", |v| match v {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        })
    }

    /// Whether a switch is on.
    pub(crate) fn switch(&mut self, name: &str) -> Result<bool, Fault> {
        Ok(self.switch_said(name)?.unwrap_or(false))
    }

    /// How many items a page may have: 50 unless said, at most 500.
    pub(crate) fn limit(&mut self) -> Result<u32, Fault> {
        let limit =
            self.parse("limit", "应为 1 到 500 的整数", "is a whole number from 1 to 500", |v| {
                v.parse().ok().filter(|n| (1..=500).contains(n))
            })?;
        Ok(limit.unwrap_or(50))
    }

    /// Refuses what nobody took.
    pub(crate) fn finish(self) -> Result<(), Fault> {
        match self.0.into_iter().find(|(_, value)| !value.is_empty()) {
            None => Ok(()),
            Some((name, _)) => Err(Fault::Query(name, "没有这个参数", "there is no such parameter")),
        }
    }
}

fn decode(text: &str) -> Result<String, Fault> {
    let plain = text.replace('+', " ");
    let decoded = percent_decode_str(&plain).decode_utf8();
    decoded
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| Fault::Query("?".to_owned(), "不是 UTF-8", "is not UTF-8"))
}
