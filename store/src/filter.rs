//! Conditions of lists, put together from fixed pieces; values always go through placeholders.

use crate::db::Arg;

/// A statement with optional conditions.
#[derive(Debug)]
pub(crate) struct Where {
    text: String,
    args: Vec<Arg>,
}

impl Where {
    /// Begins with a text that ends in a condition.
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), args: Vec::new() }
    }

    /// One more condition; every `#` in it is a placeholder for the next value.
    pub(crate) fn and(&mut self, condition: &'static str, values: impl IntoIterator<Item = Arg>) {
        self.text.push_str(" AND ");
        self.push(condition, values);
    }

    /// A condition with one value, where there is one.
    pub(crate) fn when<A: Into<Arg>>(&mut self, condition: &'static str, value: Option<A>) {
        if let Some(value) = value {
            self.and(condition, [value.into()]);
        }
    }

    /// Text that is no condition, likewise.
    pub(crate) fn push(&mut self, text: &'static str, values: impl IntoIterator<Item = Arg>) {
        let mut values = values.into_iter();
        for piece in text.split_inclusive('#') {
            match piece.strip_suffix('#') {
                Some(before) => {
                    self.args.push(values.next().unwrap_or(Arg::Null));
                    self.text.push_str(before);
                    self.text.push('$');
                    self.text.push_str(&self.args.len().to_string());
                }
                None => self.text.push_str(piece),
            }
        }
    }

    /// Text and values.
    pub(crate) fn end(self) -> (String, Vec<Arg>) {
        (self.text, self.args)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_numbered_across_conditions() {
        let mut w = Where::new("SELECT a FROM t WHERE b IS NOT NULL");
        w.and("b = #", [Arg::Int(1)]);
        w.and("(c, d) < (#, #)", [Arg::Int(2), Arg::Int(3)]);
        w.push(" ORDER BY c LIMIT #", [Arg::Int(4)]);
        let (text, args) = w.end();
        assert_eq!(
            text,
            "SELECT a FROM t WHERE b IS NOT NULL AND b = $1 AND (c, d) < ($2, $3) ORDER BY c LIMIT $4"
        );
        assert_eq!(args.len(), 4);
    }
}
