//! Charsets: the table against the standard, text to bytes, bytes to text.
//! Never about display: that is tested beside it.

use super::*;

fn charset(label: &str) -> Charset {
    Charset::parse(label).unwrap()
}

#[test]
fn names_and_labels_are_found() {
    for (label, name) in [
        ("UTF-8", "utf-8"),
        ("utf8", "utf-8"),
        ("gb2312", "gbk"),
        ("GBK", "gbk"),
        ("cp936", "gbk"),
        ("gb18030", "gb18030"),
        ("big5-hkscs", "big5"),
        ("latin1", "latin1"),
        ("iso-8859-1", "latin1"),
        ("ascii", "ascii"),
        ("ansi_x3.4-1968", "windows-1252"),
        ("utf-16", "utf-16le"),
        ("sjis", "shift_jis"),
        (" euc-kr ", "euc-kr"),
    ] {
        assert_eq!(charset(label).name(), name);
    }
    for row in labels() {
        assert_eq!(charset(row.name).name(), row.name);
        for alias in row.aliases {
            assert_eq!(charset(alias).name(), row.name, "{alias}");
        }
    }
}

#[test]
fn a_typing_mistake_gets_a_suggestion() {
    let e = Charset::parse("gkb").unwrap_err();
    assert_eq!(e.to_string(), "unknown charset \"gkb\"; did you mean \"gbk\"?");
    assert!(Charset::parse("klingon").unwrap_err().to_string().contains("the common ones are utf-8"));
    // A label of the standard that stands for no charset at all.
    assert!(Charset::parse("hz-gb-2312").is_err());
}

#[test]
fn text_becomes_bytes() {
    assert_eq!(charset("gbk").encode("你好服务端").unwrap(), b"\xc4\xe3\xba\xc3\xb7\xfe\xce\xf1\xb6\xcb");
    assert_eq!(charset("utf-16le").encode("a😀").unwrap(), b"a\0\x3d\xd8\x00\xde");
    assert_eq!(charset("utf-16be").encode("你").unwrap(), b"\x4f\x60");
    assert_eq!(charset("latin1").encode("é\u{80}").unwrap(), b"\xe9\x80");
    assert_eq!(charset("big5").encode("你好").unwrap(), b"\xa7\x41\xa6\x6e");
    let e = charset("gbk").encode("ok😀").unwrap_err();
    assert_eq!((e.char, e.position, e.charset.name()), ('😀', 3, "gbk"));
    assert!(e.to_string().contains("character 3"));
    let e = charset("ascii").encode("naïve").unwrap_err();
    assert_eq!((e.char, e.position), ('ï', 3));
}

#[test]
fn lossy_text_has_question_marks() {
    let lossy = |label: &str, text: &str| {
        let mut out = Vec::new();
        charset(label).encode_lossy(text, &mut out);
        out
    };
    assert_eq!(lossy("gbk", "a😀你"), b"a?\xc4\xe3");
    assert_eq!(lossy("ascii", "aé"), b"a?");
    // Back to ASCII before the question mark, and at the end.
    assert_eq!(lossy("iso-2022-jp", "日😀本"), b"\x1b$BF|\x1b(B?\x1b$BK\\\x1b(B");
    let long = "你😀".repeat(3000);
    assert_eq!(lossy("gb18030", &long).len(), 3000 * 6);
}

fn decoded(label: &str, chunks: &[&[u8]]) -> String {
    let mut out = String::new();
    let mut decoder = Decoder::new(charset(label));
    for chunk in chunks {
        decoder.push(chunk, &mut |piece| visible_piece(piece, &mut out));
    }
    decoder.finish(&mut |piece| visible_piece(piece, &mut out));
    out
}

#[test]
fn a_character_is_never_cut() {
    assert_eq!(decoded("utf-8", &[b"\xe4", b"\xbd", b"\xa0"]), "你");
    assert_eq!(decoded("gbk", &[b"\xc4", b"\xe3\xba", b"\xc3"]), "你好");
    assert_eq!(decoded("utf-16le", &[b"\x3d", b"\xd8\x00", b"\xde"]), "😀");
    assert_eq!(decoded("gb18030", &[b"\x94", b"\x39\xda", b"\x33"]), "💩");
}

#[test]
fn a_decoder_at_rest_is_as_good_as_new() {
    for label in
        ["utf-8", "gbk", "gb18030", "big5", "shift_jis", "euc-jp", "iso-2022-jp", "euc-kr", "utf-16le"]
    {
        let bytes =
            charset(label).encode("a中b文").unwrap_or_else(|_| charset(label).encode("a한b글").unwrap());
        let mut rests = 0;
        for cut in 0..bytes.len() {
            let (head, tail) = bytes.split_at(cut);
            let mut decoder = Decoder::new(charset(label));
            let mut text = String::new();
            decoder.push(head, &mut |piece| visible_piece(piece, &mut text));
            if decoder.is_at_rest() {
                rests += 1;
                assert_eq!(text + &decoded(label, &[tail]), decoded(label, &[&bytes]), "{label} {cut}");
            }
        }
        let knows = label != "utf-16le";
        assert_eq!(rests > 0, knows, "{label}");
        assert!(rests < bytes.len(), "{label}: cut characters leave nothing at rest");
    }
}

#[test]
fn what_does_not_decode_is_kept() {
    assert_eq!(decoded("utf-8", &[b"\xe4\xbd", b"A"]), "\\xe4\\xbdA");
    assert_eq!(decoded("utf-8", &[b"\xff\xc0\xaf\xed\xa0\x80"]), "\\xff\\xc0\\xaf\\xed\\xa0\\x80");
    assert_eq!(decoded("gbk", &[b"\xc4"]), "\\xc4");
    assert_eq!(decoded("gbk", &[b"\xc4", b" ok"]), "\\xc4 ok");
    assert_eq!(decoded("gb18030", &[b"\x81\x30", b"\x81A"]), "\\x810丄");
    assert_eq!(decoded("ascii", &[b"a\xe4b"]), "a\\xe4b");
    assert_eq!(decoded("latin1", &[b"\xe4\x9b"]), "ä\\u{9b}");
    assert_eq!(decoded("utf-16le", &[b"a\0\x00\xd8b\0", b"c"]), "a\\x00\\xd8b\\x63");
}

#[test]
fn a_byte_order_mark_is_shown_and_switches_nothing() {
    assert_eq!(decoded("utf-8", &[b"\xef\xbb\xbfa"]), "\\u{feff}a");
    assert_eq!(decoded("windows-1252", &[b"\xff\xfea\0"]), "ÿþa\\0");
}

#[test]
fn a_charset_in_a_plan_is_its_name() {
    let json = serde_json::to_string(&charset("cp936")).unwrap();
    assert_eq!(json, "\"gbk\"");
    assert_eq!(serde_json::from_str::<Charset>(&json).unwrap(), charset("gbk"));
}
