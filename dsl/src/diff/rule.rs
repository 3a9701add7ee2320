//! Rules of two definitions: those that came and went, and whether the others ask more or less.

use super::found::{Effect, Found};
use super::node::{effect, length};
use super::say::{Say, both, of};
use super::strength::{Held, Strength, follows};
use crate::diagnostic::{Lang, Words};
use crate::say;
use crate::ties;
use medloop_engine::graph::{AlertPart, Definition, Expr, Rule};
use medloop_engine::value::Value;
use medloop_engine::words::Worded as _;

/// Says what differs between the rules of two definitions.
pub(super) fn compare(found: &mut Found<'_>) {
    let (old, new) = (found.old.def, found.new.def);
    let (plain_old, plain_new) = (ties::plain(old), ties::plain(new));
    for (i, rule) in new.rules.iter().enumerate() {
        let before = old.rules.iter().position(|r| r.code == rule.code);
        let was = before.and_then(|j| Some((old.rules.get(j)?, plain_old.rules.get(j)?)));
        match was.zip(plain_new.rules.get(i)) {
            Some(((was, plain_was), plain)) => {
                let pair = Pair { old: (&plain_old, plain_was), new: (&plain_new, plain) };
                one(found, was, rule, &pair);
            }
            None => added(found, rule),
        }
    }
    for rule in old.rules.iter().filter(|r| new.rules.iter().all(|n| n.code != r.code)) {
        if new.rules.iter().all(|n| n.name != rule.name) {
            let (name, text) = (&rule.name, &rule.text);
            let words = say!("规则 {name}：`{text}`", "the rule {name}: `{text}`");
            found.rule(rule.code.as_str(), Effect::Removed, words);
        }
    }
}

fn added(found: &mut Found<'_>, rule: &Rule) {
    let (name, code) = (&rule.name, rule.code.as_str());
    if let Some(was) = found.old.def.rules.iter().find(|r| r.name == rule.name) {
        let was = &was.code;
        let words = say!(
            "规则 {name} 的代码 {was} 改为 {code}：以前的结论按旧代码，与今后不可比",
            "the code of the rule {name} is {code} instead of {was}: earlier verdicts keep the old one and do not compare"
        );
        return found.rule(code, Effect::Changed, words);
    }
    let check = of(found.new.def, rule.scope, |s| s.expr(&rule.check));
    let (zh, en, severity) = (check.zh, check.en, rule.severity.word());
    let (sz, se) = (severity.zh, severity.json);
    found.rule(code, Effect::Added, say!("规则 {name}（{sz}）：`{zh}`", "the rule {name} ({se}): `{en}`"));
}

/// A rule in both definitions, ties written alike.
struct Pair<'a> {
    old: (&'a Definition, &'a Rule),
    new: (&'a Definition, &'a Rule),
}

impl Pair<'_> {
    /// Over the group's values and those of every campus that both have.
    fn strength(&self, of: impl Fn(&Rule) -> Option<&Expr>) -> Strength {
        let group = |def: &Definition| def.params.iter().map(|p| p.value.clone()).collect::<Vec<_>>();
        let all = self
            .new
            .0
            .campuses
            .iter()
            .filter_map(|(c, s)| Some((self.old.0.campuses.get(c)?.params.clone(), s.params.clone())));
        let mut all: Vec<(Vec<Value>, Vec<Value>)> = all.collect();
        all.push((group(self.old.0), group(self.new.0)));
        all.iter().map(|(was, is)| self.at(was, is, &of)).fold(Strength::Same, Strength::and)
    }

    fn at(&self, was: &[Value], is: &[Value], of: &impl Fn(&Rule) -> Option<&Expr>) -> Strength {
        let scope = self.new.1.scope;
        let say = |def, params| Say { def, lang: Lang::En, params: Some(params), scope };
        let old = of(self.old.1).map(|expr| Held { say: say(self.old.0, was), expr });
        let new = of(self.new.1).map(|expr| Held { say: say(self.new.0, is), expr });
        match (old, new) {
            (Some(a), Some(b)) => Strength::of(follows(a, b), follows(b, a)),
            (None, Some(_)) => Strength::Stricter,
            (Some(_), None) => Strength::Looser,
            (None, None) => Strength::Same,
        }
    }
}

fn one(found: &mut Found<'_>, was: &Rule, is: &Rule, pair: &Pair<'_>) {
    let (code, name) = (is.code.as_str(), is.name.as_str());
    let (old, new) = (found.old.def, found.new.def);
    if was.name != is.name {
        let before = &was.name;
        found.rule(
            code,
            Effect::Changed,
            say!("规则 {before} 改名为 {name}", "the rule {before} is called {name}"),
        );
    }
    if was.severity != is.severity {
        let (a, b) = (was.severity.word(), is.severity.word());
        let (az, ae, bz, be) = (a.zh, a.json, b.zh, b.json);
        let effect = if is.severity > was.severity { Effect::Stricter } else { Effect::Looser };
        found.rule(
            code,
            effect,
            say!("规则 {name} 的级别：{az} → {bz}", "the severity of the rule {name}: {ae} → {be}"),
        );
    }
    let scope = |def: &Definition, rule: &Rule| def.scope(rule.scope).map(|s| s.field.clone());
    if scope(old, was) != scope(new, is) {
        let words =
            say!("规则 {name} 判断的对象变了：医嘱或另一种轨迹", "the rule {name} is judged on other tracks");
        found.rule(code, Effect::Changed, words);
    }
    check(found, was, is, pair);
    applies(found, was, is, pair);
    if was.missing_violates != is.missing_violates {
        let (effect, words) = if is.missing_violates {
            (
                Effect::Stricter,
                say!("规则 {name}：缺值算违规", "the rule {name} counts what is missing as violated"),
            )
        } else {
            (
                Effect::Looser,
                say!(
                    "规则 {name}：缺值不再算违规",
                    "the rule {name} does not count what is missing as violated any more"
                ),
            )
        };
        found.rule(code, effect, words);
    }
    let (a, b) = (alert(old, was), alert(new, is));
    if a != b {
        let (az, ae, bz, be) = (a.zh, a.en, b.zh, b.en);
        found.rule(
            code,
            Effect::Changed,
            say!("规则 {name} 的提示：“{az}” → “{bz}”", "the alert of the rule {name}: “{ae}” → “{be}”"),
        );
    }
    let (a, b) = (escalation(old, was), escalation(new, is));
    if a != b {
        let (az, ae, bz, be) = (a.zh, a.en, b.zh, b.en);
        found.rule(
            code,
            Effect::Changed,
            say!("规则 {name} 的升级：{az} → {bz}", "the escalation of the rule {name}: {ae} → {be}"),
        );
    }
    if was.basis != is.basis {
        let none = "—".to_owned();
        let (a, b) = (was.basis.as_ref().unwrap_or(&none), is.basis.as_ref().unwrap_or(&none));
        found.rule(
            code,
            Effect::Changed,
            say!("规则 {name} 的依据：{a} → {b}", "the basis of the rule {name}: {a} → {b}"),
        );
    }
    if was.doc != is.doc {
        found.rule(
            code,
            Effect::Changed,
            say!("规则 {name} 的说明改了", "the documentation of the rule {name} is another"),
        );
    }
}

fn check(found: &mut Found<'_>, was: &Rule, is: &Rule, pair: &Pair<'_>) {
    let (code, name) = (is.code.as_str(), is.name.as_str());
    let (a, b) = (
        of(found.old.def, was.scope, |s| s.expr(&was.check)),
        of(found.new.def, is.scope, |s| s.expr(&is.check)),
    );
    let strength = pair.strength(|r| Some(&r.check));
    let plain = |side: (&Definition, &Rule)| of(side.0, side.1.scope, |s| s.expr(&side.1.check));
    let (az, ae, bz, be) = (a.zh, a.en, b.zh, b.en);
    if ae != be {
        // Written differently, and a tie makes it the same.
        if plain(pair.old).en == plain(pair.new).en {
            return;
        }
        let words = say!("规则 {name} 的要求：`{az}` → `{bz}`", "what the rule {name} asks: `{ae}` → `{be}`");
        found.rule(code, effect(strength), words);
    } else if plain(pair.old).en != plain(pair.new).en {
        let words = if is.ties == Some(false) {
            say!("规则 {name}：并列不再允许", "the rule {name} allows no ties any more")
        } else {
            say!("规则 {name}：并列允许", "the rule {name} allows ties")
        };
        found.rule(code, effect(strength), words);
    } else if strength != Strength::Same {
        let words = say!(
            "规则 {name} 的要求 `{bz}` 因参数而变",
            "what the rule {name} asks, `{be}`, is another by its params"
        );
        found.rule(code, effect(strength), words);
    }
}

fn applies(found: &mut Found<'_>, was: &Rule, is: &Rule, pair: &Pair<'_>) {
    let (code, name) = (is.code.as_str(), is.name.as_str());
    let text = |def: &Definition, rule: &Rule| -> Words {
        of(def, rule.scope, |s| match &rule.applies {
            Some(e) => format!("`{}`", s.expr(e)),
            None => s.pick("总是", "always").to_owned(),
        })
    };
    let plain = |side: (&Definition, &Rule)| text(side.0, side.1);
    let strength = pair.strength(|r| r.applies.as_ref());
    // A rule that applies more often asks more.
    let effect = effect(strength.turned());
    let (a, b) = (text(found.old.def, was), text(found.new.def, is));
    if plain(pair.old).en != plain(pair.new).en {
        let (az, ae, bz, be) = (a.zh, a.en, b.zh, b.en);
        found.rule(
            code,
            effect,
            say!("规则 {name} 的适用：{az} → {bz}", "when the rule {name} applies: {ae} → {be}"),
        );
    } else if strength != Strength::Same {
        let (bz, be) = (b.zh, b.en);
        let words = say!(
            "规则 {name} 的适用 {bz} 因参数而变",
            "when the rule {name} applies, {be}, is another by its params"
        );
        found.rule(code, effect, words);
    }
}

fn alert(def: &Definition, rule: &Rule) -> Words {
    of(def, rule.scope, |s| {
        let part = |p: &AlertPart| match p {
            AlertPart::Text(text) => text.clone(),
            AlertPart::Key => format!("{{{}}}", s.field(&def.key)),
            AlertPart::Value(e) => format!("{{{}}}", s.expr(e)),
        };
        rule.alert.iter().flatten().map(part).collect()
    })
}

fn escalation(def: &Definition, rule: &Rule) -> Words {
    both(def, |s| {
        let one = |(after, role): &(medloop_engine::graph::Length, medloop_engine::name::RoleCode)| {
            let role = def
                .roles
                .get(role)
                .map_or_else(|| role.to_string(), |r| s.pick(&r.name.name, role.as_str()).to_owned());
            format!("{} {role}", length(s, *after))
        };
        if rule.escalate.is_empty() {
            s.pick("无", "none").to_owned()
        } else {
            s.list(rule.escalate.iter().map(one))
        }
    })
}
