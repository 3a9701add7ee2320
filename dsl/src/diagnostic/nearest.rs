//! The right name that is nearest to a wrong one: by edit distance, with Chinese characters that look or sound alike at half the cost.

/// Groups of characters that are mistaken for one another, by shape or by sound.
const ALIKE: &[&str] = &[
    "填添天",
    "必毕闭避",
    "己已巳",
    "未末",
    "人入",
    "血皿雪",
    "视示试事式",
    "采彩踩菜",
    "审申神身",
    "核合河和",
    "签前鉴",
    "收手受",
    "标表镖",
    "本木",
    "执直职治",
    "行形型性",
    "配陪培",
    "学雪血",
    "输舒书",
    "结节接",
    "束数",
    "始使史",
    "开凯",
    "退腿推",
    "换唤",
    "取去趣",
    "消削",
    "停亭庭",
    "止只至",
    "时十拾",
    "限线现",
    "规归",
    "则责测",
    "级及极",
    "别办",
    "提题",
    "主住注",
    "键建健",
    "流留",
    "程成乘",
    "环还坏",
    "角脚",
    "色社",
    "阶街",
    "段断锻",
    "医衣",
    "师士",
    "护户",
    "药要",
    "检捡俭",
    "验险脸",
    "病并",
    "区去",
    "单但",
    "参叁惨",
    "指只",
    "目日",
    "名明",
    "中钟",
    "高搞",
    "低底抵",
    "危围微",
    // Traditional forms.
    "环環",
    "节節",
    "规規",
    "则則",
    "参參",
    "数數",
    "测測",
    "试試",
    "来來",
    "阶階",
    "时時",
    "级級",
    "别別",
    "关關",
    "联聯",
    "计計",
    "划劃",
    "范範",
    "围圍",
    "签簽",
    "审審",
    "执執",
    "开開",
    "标標",
    "采採",
    "结結",
    "发發",
    "输輸",
    "应應",
    "视視",
    "无無",
    "单單",
    "护護",
    "医醫",
    "师師",
    "药藥",
    "检檢",
    "验驗",
    "条條",
    "码碼",
    "号號",
    "间間",
    "钟鐘",
    "周週",
    "图圖",
    "键鍵",
    "类類",
    "终終",
    "换換",
    "断斷",
    "缺闕",
    "题題",
    "写寫",
    "从從",
    "个個",
    "当當",
    "最㝡",
];

/// A character of the wrong name with the groups that it is in.
struct Letter {
    is: char,
    groups: Vec<&'static str>,
}

impl Letter {
    fn new(is: char) -> Self {
        // No group has such characters, and most names of the language's keywords are made of them.
        let groups = if is.is_ascii() { &[] } else { ALIKE };
        Self { is, groups: groups.iter().copied().filter(|group| group.contains(is)).collect() }
    }

    /// What it costs to take `other` for it, in half edits.
    fn change(&self, other: char) -> usize {
        if self.is == other {
            0
        } else if self.groups.iter().any(|group| group.contains(other)) {
            1
        } else {
            2
        }
    }
}

/// The candidate nearest to `word`, when one is near enough to be meant.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let wrong: Vec<Letter> = word.chars().take(64).flat_map(char::to_lowercase).map(Letter::new).collect();
    let ascii = wrong.iter().all(|c| c.is.is_ascii());
    let mut best: Option<(Near, &str)> = None;
    let mut right: Vec<char> = Vec::new();
    let mut rows = Rows::default();
    for candidate in candidates {
        if candidate == word {
            continue;
        }
        right.clear();
        right.extend(candidate.chars().take(64).flat_map(char::to_lowercase));
        let longest = wrong.len().max(right.len());
        // In doubled units: an edit costs 2, so `longest` means that half of the characters differ.
        let limit = if ascii { longest.div_ceil(3) * 2 } else { longest };
        let most = limit.min(best.map_or(limit, |((cost, ..), _)| cost));
        let longer = wrong.len().abs_diff(right.len());
        // Each character that one has more is an edit at least.
        let Some(cost) = (longer * 2 <= most).then(|| rows.distance(&wrong, &right, most)).flatten() else {
            continue;
        };
        let shared = wrong.iter().filter(|c| right.contains(&c.is)).count();
        let kept = shared > 0 || cost < longest * 2;
        let near = (cost, usize::MAX - shared, longer);
        if kept && best.is_none_or(|(other, _)| near < other) {
            best = Some((near, candidate));
        }
    }
    best.map(|(_, name)| name.to_owned())
}

/// How far a candidate is: edits, characters not shared, difference of lengths.
type Near = (usize, usize, usize);

/// As [`nearest`], over owned names.
#[must_use]
pub fn nearest_of<S: AsRef<str>>(word: &str, candidates: &[S]) -> Option<String> {
    nearest(word, candidates.iter().map(AsRef::as_ref))
}

/// The last three rows of a table of distances, kept from one candidate to the next.
#[derive(Default)]
struct Rows {
    before: Vec<usize>,
    last: Vec<usize>,
    row: Vec<usize>,
}

impl Rows {
    /// Edit distance with swaps, in half edits; `None` when it is more than `most`.
    fn distance(&mut self, a: &[Letter], b: &[char], most: usize) -> Option<usize> {
        self.before.clear();
        self.last.clear();
        self.last.extend((0..=b.len()).map(|j| j * 2));
        let mut above: Option<char> = None;
        for (i, x) in a.iter().enumerate() {
            self.row.clear();
            self.row.push((i + 1) * 2);
            let mut left: Option<char> = None;
            for (j, &y) in b.iter().enumerate() {
                let get = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
                let changed = get(&self.last, j) + x.change(y);
                let mut cost = changed.min(get(&self.last, j + 1) + 2).min(get(&self.row, j) + 2);
                if above == Some(y) && left == Some(x.is) && j > 0 {
                    cost = cost.min(get(&self.before, j - 1) + 2);
                }
                self.row.push(cost);
                left = Some(y);
            }
            // Costs never fall along a way, and a way passes over one row of any two that follow each other.
            if self.row.iter().chain(&self.last).all(|cost| *cost > most) {
                return None;
            }
            above = Some(x.is);
            std::mem::swap(&mut self.before, &mut self.last);
            std::mem::swap(&mut self.last, &mut self.row);
        }
        self.last.last().copied().filter(|cost| *cost <= most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_and_slips_are_found() {
        let names = ["必填", "可填", "参数", "执行配血", "巡视输血", "request", "review"];
        for (wrong, right) in [
            ("必添", "必填"),
            ("执行配学", "执行配血"),
            ("巡示输血", "巡视输血"),
            ("reqeust", "request"),
            ("revew", "review"),
            ("巡视", "巡视输血"),
        ] {
            assert_eq!(nearest(wrong, names).as_deref(), Some(right), "{wrong}");
        }
        assert_eq!(nearest("星期", names), None);
        assert_eq!(nearest("zzz", names), None);
    }
}
