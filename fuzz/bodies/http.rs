//! What must hold of heads of HTTP requests, whatever bytes come.
//! Never opens a file or a socket: the fuzzer and the corpus replay hand the bytes in.

use sockeye_core::{
    limit::REQUEST,
    transfer::http::{After, HostScope, Hosts, Method, Part, has_already, host, is_same, parse, part},
};

/// Sizes that a file may have: none, little, some, all that a number holds.
const SIZES: [u64; 5] = [0, 1, 1000, u64::MAX - 1, u64::MAX];

/// Requests from anywhere, as a server reads them: each head when its last byte is there.
pub(crate) fn http(stream: &[u8]) {
    let mut rest = stream;
    // A stream of blank lines would be read for ever otherwise.
    for _ in 0..64 {
        let whole = parse(rest);
        // However little is there, it is not read before its end, nor in another way.
        let ends = rest.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at);
        for cut in ends.flat_map(|at| [at, at + 1]).chain([rest.len() / 2]) {
            let part = parse(&rest[..cut.min(rest.len())]);
            assert!(part == Ok(None) || part == whole, "{part:?} {whole:?}");
        }
        let Ok(Some(head)) = whole else { break };
        assert!(head.length > 0 && head.length <= REQUEST.min(rest.len()));
        assert_eq!(parse(&rest[..head.length]), Ok(Some(head.clone())), "what follows changes nothing");
        assert!(head.path.len() + head.query.len() <= head.length, "nothing grows");
        assert!(head.method != Method::Other || head.after == After::Close);
        if let Some(called) = &head.host {
            // What it is called is read again as the same, and is never more welcome on loopback than beyond.
            assert_eq!(host(called.to_string().as_bytes()).as_ref(), Some(called));
            let own = |reach| Hosts { own: None, allowed: Vec::new(), reach }.answer(called);
            assert!(own(HostScope::Beyond) || !own(HostScope::Loopback));
        }
        if let Some(range) = &head.range {
            ranges(range);
        }
        for tag in [&head.if_none_match, &head.if_range].into_iter().flatten() {
            // One that we never gave is none of ours.
            assert!(!is_same(tag, "\"\0\"", "\0") && (tag.contains(&b'*') || !has_already(tag, "\"\0\"")));
        }
        rest = &rest[head.length..];
        if head.after == After::Close {
            break;
        }
    }
    // A line by itself is reached more easily than within a head.
    ranges(stream);
    if let Some(called) = host(stream) {
        assert_eq!(host(called.to_string().as_bytes()), Some(called));
    }
}

/// No part leaves the file.
fn ranges(range: &[u8]) {
    for size in SIZES {
        if let Part::Of { from, length } = part(range, size) {
            assert!(
                length > 0 && from.checked_add(length).is_some_and(|end| end <= size),
                "{from}+{length} of {size}"
            );
        }
    }
}
