//! Patterns of names, component by component: `*`, `?` and `[a-z]`, as shells have them.
//! Never lists anything: a pattern is matched against names that somebody else found.

/// Whether a component is more than a plain name.
#[must_use]
pub fn is_pattern(component: &[u8]) -> bool {
    component.iter().any(|byte| matches!(byte, b'*' | b'?' | b'['))
}

/// Whether `name` is what `pattern` means; both are one component. A name that looks like a pattern matches itself.
/// A dot at the beginning is matched only by a dot.
///
/// ```
/// use sockeye_core::transfer::glob::matches;
///
/// assert!(matches(b"report-[0-9]?.*", b"report-2x.pdf"));
/// assert!(!matches(b"*", b".hidden"));
/// ```
#[must_use]
pub fn matches(pattern: &[u8], name: &[u8]) -> bool {
    if pattern == name {
        return true;
    }
    if name.first() == Some(&b'.') && pattern.first() != Some(&b'.') {
        return false;
    }
    let (mut rest, mut left) = (pattern, name);
    // Where the last star stood, and what it has not swallowed yet: only the last one ever needs another try.
    let mut again: Option<(&[u8], &[u8])> = None;
    loop {
        match (rest.split_first(), left.split_first()) {
            (Some((b'*', after)), _) => {
                again = Some((after, left));
                rest = after;
                continue;
            }
            (None, None) => return true,
            (Some((first, after)), Some((byte, behind))) => {
                let next = match first {
                    b'?' => Some(after),
                    b'[' => class(after, *byte).unwrap_or((*byte == b'[').then_some(after)),
                    plain => (plain == byte).then_some(after),
                };
                if let Some(after) = next {
                    (rest, left) = (after, behind);
                    continue;
                }
            }
            (Some(_), None) | (None, Some(_)) => {}
        }
        let Some((after, swallowed)) = again else { return false };
        let Some((_, behind)) = swallowed.split_first() else { return false };
        again = Some((after, behind));
        (rest, left) = (after, behind);
    }
}

/// What follows the class at the beginning of `rest` if `byte` is in it; nothing at all where it has no end.
fn class(rest: &[u8], byte: u8) -> Option<Option<&[u8]>> {
    let (is_negated, rest) = match rest.split_first() {
        Some((b'!' | b'^', after)) => (true, after),
        _ => (false, rest),
    };
    // A bracket right at the beginning is one of the members.
    let end = rest.iter().skip(1).position(|byte| *byte == b']')? + 1;
    let (mut members, after) = (rest.get(..end)?, rest.get(end + 1..)?);
    let mut is_member = false;
    while let Some((low, more)) = members.split_first() {
        members = more;
        let mut high = low;
        if let [b'-', last, more @ ..] = members {
            (high, members) = (last, more);
        }
        is_member |= (low..=high).contains(&&byte);
    }
    Some((is_member != is_negated).then_some(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_what_shells_mean() {
        for (pattern, name) in [
            ("*", "a"),
            ("*.txt", "a.b.txt"),
            ("a*b*c", "aXbYbZc"),
            ("?", "x"),
            ("[abc]x", "bx"),
            ("[a-c]x", "bx"),
            ("[!a-c]x", "dx"),
            ("[]]", "]"),
            ("[a-]", "-"),
            ("a[", "a["),
            ("a[1].txt", "a[1].txt"),
            ("a[1].txt", "a1.txt"),
            (".*", ".git"),
            ("**", "x"),
        ] {
            assert!(matches(pattern.as_bytes(), name.as_bytes()), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("*", ".git"),
            ("?", ""),
            ("?", "xy"),
            ("*.txt", "a.pdf"),
            ("[a-c]", "d"),
            ("[!a]", "a"),
            ("a", "b"),
            ("a[", "ax"),
        ] {
            assert!(!matches(pattern.as_bytes(), name.as_bytes()), "{pattern} {name}");
        }
        assert!(is_pattern(b"a*") && !is_pattern(b"a.b"));
    }

    #[test]
    fn many_stars_take_no_time() {
        assert!(!matches(&b"*a".repeat(100), &[b'a'; 99]));
        assert!(!matches(&[b"*a".repeat(120), b"b".to_vec()].concat(), &[b'a'; 255]));
    }
}
