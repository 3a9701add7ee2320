//! What people write who know the matter and not the words of this language.

/// Words where a statement begins, with the keyword that is meant.
const STATEMENTS: &[(&str, &str)] = &[
    ("执行人", "角色"),
    ("操作人", "角色"),
    ("人员", "角色"),
    ("岗位", "角色"),
    ("时间", "时限"),
    ("限时", "时限"),
    ("期限", "时限"),
    ("超时", "时限"),
    ("字段", "必填"),
    ("必须", "必填"),
    ("选填", "可填"),
    ("严重", "级别"),
    ("严重程度", "级别"),
    ("等级", "级别"),
    ("条件", "要求"),
    ("校验", "要求"),
    ("检查", "要求"),
    ("告警", "提示"),
    ("报警", "提示"),
    ("前提", "适用"),
    ("如果", "适用"),
    ("若", "适用"),
    ("假如", "适用"),
    ("则", "要求"),
    ("那么", "要求"),
    ("来源", "依据"),
    ("出处", "依据"),
    ("步骤", "环节"),
    ("节点", "环节"),
    ("顺序", "流程"),
    ("流转", "流程"),
    ("规定", "规则"),
    ("质控", "规则"),
    ("变量", "参数"),
    ("阈值", "参数"),
    ("用例", "测试"),
    ("撤销", "取消"),
    ("作废", "取消"),
    ("编号", "主键"),
    ("病人", "患者"),
    ("期望", "应有"),
    ("应该", "应有"),
    ("最后", "最终"),
    ("结果", "最终"),
    ("roles", "by"),
    ("role", "by"),
    ("event", "on"),
    ("deadline", "within"),
    ("message", "alert"),
    ("if", "applies"),
    ("then", "check"),
];

/// Words between the nodes of a flow.
const THEN: &[&str] = &["然后", "接着", "再", "之后", "随后", "到", "至", "then", "next"];
/// Words behind a node that may be left out.
const OPTIONAL: &[&str] = &["可选", "选做", "可省", "可有可无", "非必须", "非必需", "optional"];

/// Words in a condition, with what is written for them.
const OPERATORS: &[(&str, &str, &str)] = &[
    ("并且", "且", "and"),
    ("而且", "且", "and"),
    ("同时", "且", "and"),
    ("以及", "且", "and"),
    ("和", "且", "and"),
    ("或者", "或", "or"),
    ("等于", "==", "=="),
    ("是", "==", "=="),
    ("为", "==", "=="),
    ("不等于", "!=", "!="),
    ("不是", "!=", "!="),
    ("大于", ">", ">"),
    ("晚于", ">", ">"),
    ("多于", ">", ">"),
    ("小于", "<", "<"),
    ("早于", "<", "<"),
    ("少于", "<", "<"),
    ("大于等于", ">=", ">="),
    ("不小于", ">=", ">="),
    ("不少于", ">=", ">="),
    ("不低于", ">=", ">="),
    ("不早于", ">=", ">="),
    ("至少", ">=", ">="),
    ("小于等于", "<=", "<="),
    ("不大于", "<=", "<="),
    ("不超过", "<=", "<="),
    ("不多于", "<=", "<="),
    ("不高于", "<=", "<="),
    ("不晚于", "<=", "<="),
    ("至多", "<=", "<="),
    ("AND", "且", "and"),
    ("And", "且", "and"),
    ("OR", "或", "or"),
    ("Or", "或", "or"),
    ("is", "==", "=="),
    ("equals", "==", "=="),
    ("=<", "<=", "<="),
    ("=>", ">=", ">="),
    ("===", "==", "=="),
    ("<>", "!=", "!="),
    ("&&", "且", "and"),
    ("&", "且", "and"),
    ("||", "或", "or"),
    ("|", "或", "or"),
];

/// The keyword that a word at the beginning of a statement stands for.
pub(super) fn statement(word: &str) -> Option<&'static str> {
    STATEMENTS.iter().find(|(said, _)| *said == word).map(|(_, meant)| *meant)
}

/// Whether a word says that the next node follows.
pub(super) fn is_then(word: &str) -> bool {
    THEN.contains(&word)
}

/// Whether a word says that a node may be left out.
pub(super) fn is_optional(word: &str) -> bool {
    OPTIONAL.contains(&word)
}

/// What is written in a condition for a word or a run of signs, Chinese and English.
pub(super) fn operator(word: &str) -> Option<(&'static str, &'static str)> {
    OPERATORS.iter().find(|(said, ..)| *said == word).map(|(_, zh, en)| (*zh, *en))
}
