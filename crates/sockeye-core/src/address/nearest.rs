//! Finds the name somebody probably meant when they mistyped one.
//! Never decides for them: a suggestion goes into an error message and nowhere else.

use sockeye_text::{Text, text};

/// Longer input than this is no typing mistake, and is not compared.
const MAX_CHARS: usize = 48;

/// The name among `names` that is nearest to `typed`, if one is near enough to be worth suggesting.
///
/// Case does not count. Two neighbouring letters in the wrong order are one mistake, as is one letter too
/// many, too few or wrong; up to four letters may have one mistake, longer words one in three. Of equally near names the first wins.
pub fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed: Vec<char> = typed.to_lowercase().chars().collect();
    if typed.is_empty() || typed.len() > MAX_CHARS {
        return None;
    }
    let allowed = (typed.len().saturating_add(1) / 3).max(1);
    names
        .into_iter()
        .filter_map(|name| {
            let letters: Vec<char> = name.to_lowercase().chars().collect();
            let mistakes = distance(&typed, &letters);
            (mistakes <= allowed && mistakes < letters.len()).then_some((mistakes, name))
        })
        .min_by_key(|(mistakes, _)| *mistakes)
        .map(|(_, name)| name)
}

/// ` (did you mean "x"?)`, or nothing: goes behind the wrong name in an error message.
#[must_use]
pub fn hint(suggestion: Option<&str>) -> Text {
    suggestion.map_or_else(|| Text::verbatim(""), |name| text!("did-you-mean", name = format!("{name:?}")))
}

/// Optimal string alignment: edits, with a swap of neighbours counted once.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut left_a = None;
    for (i, &ca) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        let mut left_b = None;
        for (j, &cb) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let mut best =
                (at(&above, j) + usize::from(ca != cb)).min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            if left_a == Some(cb) && left_b == Some(ca) {
                best = best.min(at(&before, j.wrapping_sub(1)) + 1);
            }
            row.push(best);
            left_b = Some(cb);
        }
        left_a = Some(ca);
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["utf-8", "gbk", "gb18030", "big5"];
        assert_eq!(nearest("gkb", names), Some("gbk"));
        assert_eq!(nearest("UTF8", names), Some("utf-8"));
        assert_eq!(nearest("gb18300", names), Some("gb18030"));
        assert_eq!(nearest("klingon", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(nearest("x", ["tcp"]), None);
        assert_eq!(nearest(&"g".repeat(100), names), None);
    }

    #[test]
    fn a_swap_is_one_mistake() {
        let d = |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(d("tpc", "tcp"), 1);
        assert_eq!(d("", "abc"), 3);
        assert_eq!(d("abc", ""), 3);
        assert_eq!(d("kitten", "sitting"), 3);
    }
}
