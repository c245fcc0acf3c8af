//! Reads Rust source as far as the tidy checks need: what is code, what is a test, where functions end, which paths are named.
//! Never parses it: no macro is expanded, no type is known, and what follows a name it was imported under is not traced.

/// One source file.
pub(crate) struct Source {
    /// Where it is, from the root of the workspace, with `/`.
    pub(crate) path: String,
    /// All of it.
    pub(crate) text: String,
    /// The same, byte for byte as long, with comments, strings, characters and tests blanked out.
    pub(crate) code: String,
    /// Files that are compiled for tests only, because this one says so.
    pub(crate) test_files: Vec<String>,
    // Where each line begins.
    starts: Vec<usize>,
}

/// One function with a body.
pub(crate) struct Function {
    pub(crate) name: String,
    /// Where `fn` stands, from 1.
    pub(crate) line: usize,
    /// From there to the closing brace, both included.
    pub(crate) lines: usize,
}

/// One path that the code names, its groups spelled out: `a::{b, c::d}` is `a::b` and `a::c::d`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) line: usize,
    pub(crate) segments: Vec<String>,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let mut code = without_literals(text).into_bytes();
        let mut test_files = Vec::new();
        for (from, to) in test_items(&code) {
            test_files.extend(file_of_module(path, text, &code, from, to));
            blank(&mut code, from, to);
        }
        let code = String::from_utf8_lossy(&code).into_owned();
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(breaks).collect();
        Self { path: path.to_owned(), text: text.to_owned(), code, test_files, starts }
    }

    /// The functions outside of tests.
    pub(crate) fn functions(&self) -> Vec<Function> {
        let code = self.code.as_bytes();
        let mut found = Vec::new();
        for (from, to) in words(code).filter(|&(from, to)| word(code, from, to) == "fn") {
            let name = skip_blanks(code, to);
            // `fn(u8) -> u8` is a type.
            if !code.get(name).copied().is_some_and(is_word) {
                continue;
            }
            let Some(end) = body_end(code, name) else { continue };
            let (line, last) = (self.line(from), self.line(end - 1));
            let name = word(code, name, word_end(code, name)).to_owned();
            found.push(Function { name, line, lines: last - line + 1 });
        }
        found
    }

    /// The paths that are named outside of tests, single words included.
    pub(crate) fn paths(&self) -> Vec<Named> {
        let code = self.code.as_bytes();
        let (mut found, mut done) = (Vec::new(), 0);
        for (from, to) in words(code) {
            if from < done {
                continue;
            }
            // What follows `::` is part of a path that began before, what follows `.` is a field or a method.
            let before = code.get(..from).unwrap_or_default().trim_ascii_end();
            let continues = before.ends_with(b"::")
                && before
                    .strip_suffix(b"::")
                    .and_then(<[u8]>::last)
                    .is_some_and(|&b| is_word(b) || b == b'>');
            if continues || before.ends_with(b".") && !before.ends_with(b"..") {
                continue;
            }
            let start = [word(code, from, to).to_owned()];
            done = follow(code, (from, to), &start, &mut |at, segments| {
                found.push(Named { line: self.line(at), segments });
            });
        }
        found
    }

    /// The paths that are given on by `pub use`, in whatever part of the crate.
    pub(crate) fn exports(&self) -> Vec<Named> {
        let code = self.code.as_bytes();
        let mut found = Vec::new();
        for (from, to) in words(code).filter(|&(from, to)| word(code, from, to) == "use") {
            let before = code.get(..from).unwrap_or_default().trim_ascii_end();
            // `pub(crate)`: what is in the brackets is within this crate all the same.
            let before = match before.strip_suffix(b")") {
                Some(inside) => inside.rsplitn(2, |b| *b == b'(').last().unwrap_or_default(),
                None => before,
            };
            let is_public =
                before.strip_suffix(b"pub").is_some_and(|rest| !rest.last().copied().is_some_and(is_word));
            let name = skip_blanks(code, to);
            if is_public && name < code.len() {
                let end = word_end(code, name);
                let start = [word(code, name, end).to_owned()];
                follow(code, (name, end), &start, &mut |at, segments| {
                    found.push(Named { line: self.line(at), segments });
                });
            }
        }
        found
    }

    /// Where the word stands in the code, by line.
    pub(crate) fn lines_with(&self, wanted: &str) -> Vec<usize> {
        let code = self.code.as_bytes();
        words(code)
            .filter(|&(from, to)| word(code, from, to) == wanted)
            .map(|(from, _)| self.line(from))
            .collect()
    }

    /// Where the macro is called, by line.
    pub(crate) fn calls_of_macro(&self, name: &str) -> Vec<usize> {
        let code = self.code.as_bytes();
        words(code)
            .filter(|&(from, to)| word(code, from, to) == name && code.get(to) == Some(&b'!'))
            .filter(|&(_, to)| code.get(to + 1) != Some(&b'='))
            .map(|(from, _)| self.line(from))
            .collect()
    }

    /// Where the method is called, by line.
    pub(crate) fn calls_of_method(&self, name: &str) -> Vec<usize> {
        let code = self.code.as_bytes();
        words(code)
            .filter(|&(from, to)| word(code, from, to) == name && code.get(to) == Some(&b'('))
            .filter(|&(from, _)| code.get(..from).unwrap_or_default().trim_ascii_end().ends_with(b"."))
            .map(|(from, _)| self.line(from))
            .collect()
    }

    /// The modules it declares in files of their own, in order.
    pub(crate) fn modules(&self) -> Vec<String> {
        let code = self.code.as_bytes();
        words(code)
            .filter(|&(from, to)| word(code, from, to) == "mod")
            .filter_map(|(_, to)| {
                let name = skip_blanks(code, to);
                let end = word_end(code, name);
                (code.get(skip_blanks(code, end)) == Some(&b';')).then(|| word(code, name, end).to_owned())
            })
            .collect()
    }

    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at)
    }
}

/// Goes on with a path whose last word is at `from..at`, through groups; tells where each whole one is, and what.
fn follow(
    code: &[u8],
    (from, at): (usize, usize),
    start: &[String],
    tell: &mut impl FnMut(usize, Vec<String>),
) -> usize {
    let colons = skip_blanks(code, at);
    let next = skip_blanks(code, colons + 2);
    match code.get(next) {
        _ if code.get(colons..colons + 2) != Some(b"::".as_slice()) => {}
        Some(b'{') => return follow_group(code, next + 1, start, tell),
        Some(b'*') => {
            tell(from, [start, &["*".to_owned()]].concat());
            return next + 1;
        }
        Some(&b) if is_word(b) => {
            let end = word_end(code, next);
            let longer = [start, &[word(code, next, end).to_owned()]].concat();
            return follow(code, (from, end), &longer, tell);
        }
        // A turbofish: the path ends here as far as anybody asks.
        _ => {}
    }
    tell(from, start.to_vec());
    at
}

/// The same for each member of a group; `at` is behind its brace.
fn follow_group(
    code: &[u8],
    mut at: usize,
    start: &[String],
    tell: &mut impl FnMut(usize, Vec<String>),
) -> usize {
    loop {
        at = skip_blanks(code, at);
        match code.get(at) {
            None => return at,
            Some(b'}') => return at + 1,
            Some(b'*') => {
                tell(at, [start, &["*".to_owned()]].concat());
                at += 1;
            }
            Some(&b) if is_word(b) => {
                let end = word_end(code, at);
                let inside = match word(code, at, end) {
                    "self" => start.to_vec(),
                    name => [start, &[name.to_owned()]].concat(),
                };
                at = follow(code, (at, end), &inside, tell);
                // `as name` is ours alone.
                at += code.get(at..).unwrap_or_default().iter().take_while(|b| !b",}".contains(b)).count();
            }
            Some(_) => at += 1,
        }
    }
}

/// The text with everything blanked out that is no code: comments, strings, characters.
fn without_literals(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = literal_end(bytes, at);
        match end {
            Some(end) => blank(&mut out, at, end),
            None if is_word(bytes.get(at).copied().unwrap_or_default()) => {
                at = word_end(bytes, at);
                continue;
            }
            None => {}
        }
        at = end.unwrap_or(at + 1);
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The end of the comment, string or character that begins at `at`, if one does.
fn literal_end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    match rest {
        [b'/', b'/', ..] => Some(find(bytes, at, b'\n').unwrap_or(bytes.len())),
        [b'/', b'*', ..] => Some(comment_end(bytes, at)),
        [b'"', ..] => Some(string_end(bytes, at + 1)),
        [b'\'', ..] => char_end(bytes, at),
        [first, ..] if is_word(*first) => {
            let end = word_end(bytes, at);
            let hashes = bytes.get(end..)?.iter().take_while(|&&b| b == b'#').count();
            let quote = bytes.get(end + hashes).copied();
            match (bytes.get(at..end)?, quote) {
                (b"r" | b"br" | b"cr", Some(b'"')) => Some(raw_string_end(bytes, end + hashes + 1, hashes)),
                (b"b" | b"c", Some(b'"')) if hashes == 0 => Some(string_end(bytes, end + 1)),
                (b"b", Some(b'\'')) if hashes == 0 => char_end(bytes, end),
                _ => None,
            }
        }
        _ => None,
    }
}

fn comment_end(bytes: &[u8], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0_usize);
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"/*") => (at, depth) = (at + 2, depth + 1),
            Some(b"*/") if depth == 1 => return at + 2,
            Some(b"*/") => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
    }
    at
}

fn string_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(b) = bytes.get(at) {
        match b {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn raw_string_end(bytes: &[u8], from: usize, hashes: usize) -> usize {
    let close = [b"\"".as_slice(), "#".repeat(hashes).as_bytes()].concat();
    let rest = bytes.get(from..).unwrap_or_default();
    let found = rest.windows(close.len()).position(|window| window == close);
    found.map_or(bytes.len(), |place| from + place + close.len())
}

/// The end of a character, unless the quote begins a lifetime.
fn char_end(bytes: &[u8], quote: usize) -> Option<usize> {
    if bytes.get(quote + 1) == Some(&b'\\') {
        return Some(find(bytes, quote + 3, b'\'').map_or(bytes.len(), |end| end + 1));
    }
    let rest = std::str::from_utf8(bytes.get(quote + 1..)?).ok()?;
    let end = quote + 1 + rest.chars().next()?.len_utf8();
    (bytes.get(end) == Some(&b'\'')).then_some(end + 1)
}

/// What is compiled for tests only, from its attribute to its end.
fn test_items(code: &[u8]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while let Some(from) = find(code, at, b'#') {
        let end = attribute_end(code, from);
        at = end.max(from + 1);
        if is_test(code.get(from..end).unwrap_or_default()) {
            at = item_end(code, end);
            found.push((from, at));
        }
    }
    found
}

fn is_test(attribute: &[u8]) -> bool {
    let text: String = String::from_utf8_lossy(attribute).split_whitespace().collect();
    text == "#[test]" || (text.starts_with("#[cfg(") && text.contains("test") && !text.contains("not(test"))
}

/// The end of `#[…]`, or `at` where there is none.
fn attribute_end(code: &[u8], at: usize) -> usize {
    if code.get(at) == Some(&b'#') && code.get(at + 1) == Some(&b'[') { group_end(code, at + 1) } else { at }
}

/// The end of the item, variant, field or match arm that begins at `from`, further attributes included.
fn item_end(code: &[u8], from: usize) -> usize {
    const ITEMS: [&str; 13] = [
        "pub", "fn", "mod", "impl", "use", "struct", "enum", "trait", "const", "static", "type", "unsafe",
        "async",
    ];
    let mut at = skip_blanks(code, from);
    while attribute_end(code, at) > at {
        at = skip_blanks(code, attribute_end(code, at));
    }
    // In `fn f<A, B>()` a comma ends nothing.
    let is_item = ITEMS.contains(&word(code, at, word_end(code, at)));
    while let Some(b) = code.get(at) {
        match b {
            b'(' | b'[' => at = group_end(code, at),
            b'{' => return group_end(code, at),
            b'}' | b')' => return at,
            b';' => return at + 1,
            b',' if !is_item => return at + 1,
            _ => at += 1,
        }
    }
    at
}

/// The end of the body of the function whose name is at `name`; none where it has no body.
fn body_end(code: &[u8], name: usize) -> Option<usize> {
    let mut at = name;
    loop {
        match code.get(at)? {
            b'(' | b'[' => at = group_end(code, at),
            b'{' => return Some(group_end(code, at)),
            b';' => return None,
            _ => at += 1,
        }
    }
}

/// The end of the group that the bracket at `open` opens.
fn group_end(code: &[u8], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, b) in code.iter().enumerate().skip(open) {
        match b {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth <= 1 => return at + 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

/// The file of `mod name;` within `from..to`, a `#[path = "…"]` before it heeded.
fn file_of_module(path: &str, text: &str, code: &[u8], from: usize, to: usize) -> Option<String> {
    let item = code.get(from..to)?;
    let (_, mod_end) = words(item).find(|&(a, b)| word(item, a, b) == "mod")?;
    let name_at = skip_blanks(item, mod_end);
    let name_end = word_end(item, name_at);
    if item.get(skip_blanks(item, name_end)) != Some(&b';') {
        return None;
    }
    let (folder, file) = path.rsplit_once('/')?;
    let attribute = text.get(from..to)?;
    if let Some((_, said)) = attribute.split_once("#[path = \"") {
        return Some(format!("{folder}/{}", said.split('"').next()?));
    }
    let folder = match file {
        "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
        _ => format!("{folder}/{}", file.strip_suffix(".rs")?),
    };
    Some(format!("{folder}/{}.rs", word(item, name_at, name_end)))
}

fn blank(code: &mut [u8], from: usize, to: usize) {
    let to = to.min(code.len());
    for b in code.get_mut(from..to).unwrap_or_default() {
        if *b != b'\n' {
            *b = b' ';
        }
    }
}

fn find(bytes: &[u8], from: usize, wanted: u8) -> Option<usize> {
    bytes.iter().enumerate().skip(from).find(|(_, b)| **b == wanted).map(|(at, _)| at)
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80
}

fn word_end(code: &[u8], from: usize) -> usize {
    from + code.get(from..).unwrap_or_default().iter().take_while(|&&b| is_word(b)).count()
}

fn word(code: &[u8], from: usize, to: usize) -> &str {
    code.get(from..to).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
}

fn skip_blanks(code: &[u8], from: usize) -> usize {
    from + code.get(from..).unwrap_or_default().iter().take_while(|b| b.is_ascii_whitespace()).count()
}

/// Every word, from where to where.
fn words(code: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += code.get(at..)?.iter().take_while(|&&b| !is_word(b)).count();
        let (from, to) = (at, word_end(code, at));
        at = to;
        (to > from).then_some((from, to))
    })
}
