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

/// The candidate nearest to `word`, when one is near enough to be meant.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let wrong: Vec<char> = word.chars().take(64).flat_map(char::to_lowercase).collect();
    let mut best: Option<(Near, &str)> = None;
    for candidate in candidates {
        if candidate == word {
            continue;
        }
        let right: Vec<char> = candidate.chars().take(64).flat_map(char::to_lowercase).collect();
        let cost = distance(&wrong, &right);
        let shared = wrong.iter().filter(|c| right.contains(c)).count();
        let longest = wrong.len().max(right.len());
        // In doubled units: an edit costs 2, so `longest` means that half of the characters differ.
        let limit = if wrong.iter().any(|c| !c.is_ascii()) { longest } else { longest.div_ceil(3) * 2 };
        let kept = shared > 0 || cost < longest * 2;
        let near = (cost, usize::MAX - shared, wrong.len().abs_diff(right.len()));
        if cost <= limit && kept && best.is_none_or(|(other, _)| near < other) {
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

fn alike(a: char, b: char) -> bool {
    ALIKE.iter().any(|group| group.contains(a) && group.contains(b))
}

/// Edit distance with swaps, in half edits.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).map(|j| j * 2).collect();
    let mut above: Option<char> = None;
    for (i, &x) in a.iter().enumerate() {
        let mut row = vec![(i + 1) * 2];
        let mut left: Option<char> = None;
        for (j, &y) in b.iter().enumerate() {
            let get = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
            let change = if x == y {
                0
            } else if alike(x, y) {
                1
            } else {
                2
            };
            let mut cost = (get(&last, j) + change).min(get(&last, j + 1) + 2).min(get(&row, j) + 2);
            if above == Some(y) && left == Some(x) && j > 0 {
                cost = cost.min(get(&before, j - 1) + 2);
            }
            row.push(cost);
            left = Some(y);
        }
        above = Some(x);
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
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
