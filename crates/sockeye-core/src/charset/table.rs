//! The charsets there are, one row each: name, other names, what it is for, how it is converted.
//! Never converts anything itself.

use encoding_rs::Encoding;

/// One charset.
#[derive(Debug)]
pub struct Row {
    /// The name it is listed and printed under, in lower case.
    pub name: &'static str,
    /// Other names people know it by, beside the labels of the WHATWG Encoding Standard, which are all understood.
    pub aliases: &'static [&'static str],
    /// Where one meets it.
    pub about: &'static str,
    pub(super) kind: CharsetKind,
}

/// How a charset is converted.
#[derive(Clone, Copy, Debug)]
pub(super) enum CharsetKind {
    /// By the standard library, without copying.
    Utf8,
    /// Decoded by the WHATWG tables, encoded here: their encoder for UTF-16 writes UTF-8 instead.
    Utf16Le,
    /// As [`CharsetKind::Utf16Le`], the high byte first.
    Utf16Be,
    /// ISO 8859-1 as it stands: byte N is U+00NN. The WHATWG label means windows-1252.
    Latin1,
    /// Seven bits; a byte from 0x80 up does not decode. The WHATWG label means windows-1252.
    Ascii,
    /// By the WHATWG tables.
    Whatwg(&'static Encoding),
}

impl CharsetKind {
    /// The WHATWG encoding behind it, where one is used or meant.
    pub(super) fn encoding(self) -> Option<&'static Encoding> {
        match self {
            Self::Utf8 => Some(encoding_rs::UTF_8),
            Self::Utf16Le => Some(encoding_rs::UTF_16LE),
            Self::Utf16Be => Some(encoding_rs::UTF_16BE),
            Self::Latin1 | Self::Ascii => None,
            Self::Whatwg(encoding) => Some(encoding),
        }
    }
}

const fn row(
    name: &'static str,
    aliases: &'static [&'static str],
    about: &'static str,
    kind: CharsetKind,
) -> Row {
    Row { name, aliases, about, kind }
}

const fn web(
    name: &'static str,
    aliases: &'static [&'static str],
    about: &'static str,
    encoding: &'static Encoding,
) -> Row {
    row(name, aliases, about, CharsetKind::Whatwg(encoding))
}

/// UTF-8: the first row, and the default.
pub(super) static UTF_8: Row = row("utf-8", &["utf8", "utf_8"], "Unicode; the default", CharsetKind::Utf8);

/// Every charset but UTF-8; `x-user-defined`, which is of use to browsers only, is left out.
pub(super) static OTHERS: &[Row] = &[
    web("gbk", &["cp936", "ms936", "936"], "Chinese, simplified; gb2312 is read as this", encoding_rs::GBK),
    web("gb18030", &["gb18030-2022"], "Chinese, all of Unicode", encoding_rs::GB18030),
    web(
        "big5",
        &["cp950", "950", "big5hkscs"],
        "Chinese, traditional, with Hong Kong's signs",
        encoding_rs::BIG5,
    ),
    row(
        "utf-16le",
        &["utf16le", "utf-16", "utf16"],
        "Unicode in pairs of bytes, low byte first",
        CharsetKind::Utf16Le,
    ),
    row("utf-16be", &["utf16be"], "Unicode in pairs of bytes, high byte first", CharsetKind::Utf16Be),
    row(
        "latin1",
        &["iso-8859-1", "iso8859-1", "iso_8859-1", "l1", "latin-1"],
        "ISO 8859-1: byte N is U+00NN, every byte is a character",
        CharsetKind::Latin1,
    ),
    row("ascii", &["us-ascii", "iso646-us"], "seven bits; what is above does not decode", CharsetKind::Ascii),
    web("windows-1252", &["cp1252"], "Western Europe on Windows", encoding_rs::WINDOWS_1252),
    web("shift_jis", &["sjis", "cp932", "932"], "Japanese", encoding_rs::SHIFT_JIS),
    web("euc-jp", &["eucjp"], "Japanese on Unix", encoding_rs::EUC_JP),
    web("iso-2022-jp", &["iso2022jp"], "Japanese in seven bits (mail)", encoding_rs::ISO_2022_JP),
    web("euc-kr", &["cp949", "uhc", "949"], "Korean", encoding_rs::EUC_KR),
    web("koi8-r", &["koi8r"], "Russian on Unix", encoding_rs::KOI8_R),
    web("koi8-u", &["koi8u"], "Ukrainian on Unix", encoding_rs::KOI8_U),
    web("windows-1251", &["cp1251"], "Cyrillic on Windows", encoding_rs::WINDOWS_1251),
    web("ibm866", &["cp866"], "Cyrillic under DOS", encoding_rs::IBM866),
    web("x-mac-cyrillic", &["mac-cyrillic"], "Cyrillic on old Macs", encoding_rs::X_MAC_CYRILLIC),
    web("windows-1250", &["cp1250"], "Central Europe on Windows", encoding_rs::WINDOWS_1250),
    web("windows-1253", &["cp1253"], "Greek on Windows", encoding_rs::WINDOWS_1253),
    web("windows-1254", &["cp1254", "latin5", "iso-8859-9"], "Turkish on Windows", encoding_rs::WINDOWS_1254),
    web("windows-1255", &["cp1255"], "Hebrew on Windows", encoding_rs::WINDOWS_1255),
    web("windows-1256", &["cp1256"], "Arabic on Windows", encoding_rs::WINDOWS_1256),
    web("windows-1257", &["cp1257"], "Baltic languages on Windows", encoding_rs::WINDOWS_1257),
    web("windows-1258", &["cp1258"], "Vietnamese on Windows", encoding_rs::WINDOWS_1258),
    web("windows-874", &["cp874", "tis-620"], "Thai", encoding_rs::WINDOWS_874),
    web("macintosh", &["mac-roman"], "Western Europe on old Macs", encoding_rs::MACINTOSH),
    web("iso-8859-2", &["latin2"], "Central Europe", encoding_rs::ISO_8859_2),
    web("iso-8859-3", &["latin3"], "Southern Europe", encoding_rs::ISO_8859_3),
    web("iso-8859-4", &["latin4"], "Northern Europe", encoding_rs::ISO_8859_4),
    web("iso-8859-5", &[], "Cyrillic", encoding_rs::ISO_8859_5),
    web("iso-8859-6", &[], "Arabic", encoding_rs::ISO_8859_6),
    web("iso-8859-7", &[], "Greek", encoding_rs::ISO_8859_7),
    web("iso-8859-8", &[], "Hebrew, as seen", encoding_rs::ISO_8859_8),
    web("iso-8859-8-i", &[], "Hebrew, as read", encoding_rs::ISO_8859_8_I),
    web("iso-8859-10", &["latin6"], "Nordic languages", encoding_rs::ISO_8859_10),
    web("iso-8859-13", &["latin7"], "Baltic languages", encoding_rs::ISO_8859_13),
    web("iso-8859-14", &["latin8"], "Celtic languages", encoding_rs::ISO_8859_14),
    web("iso-8859-15", &["latin9"], "Western Europe with the euro sign", encoding_rs::ISO_8859_15),
    web("iso-8859-16", &["latin10"], "South-Eastern Europe", encoding_rs::ISO_8859_16),
];
