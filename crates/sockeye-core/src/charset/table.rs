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
    /// Where one meets it: the key of a sentence.
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
pub(super) static UTF_8: Row = row("utf-8", &["utf8", "utf_8"], "about-charset-utf-8", CharsetKind::Utf8);

/// Every charset but UTF-8; `x-user-defined`, which is of use to browsers only, is left out.
pub(super) static OTHERS: &[Row] = &[
    web("gbk", &["cp936", "ms936", "936"], "about-charset-gbk", encoding_rs::GBK),
    web("gb18030", &["gb18030-2022"], "about-charset-gb18030", encoding_rs::GB18030),
    web("big5", &["cp950", "950", "big5hkscs"], "about-charset-big5", encoding_rs::BIG5),
    row("utf-16le", &["utf16le", "utf-16", "utf16"], "about-charset-utf-16le", CharsetKind::Utf16Le),
    row("utf-16be", &["utf16be"], "about-charset-utf-16be", CharsetKind::Utf16Be),
    row(
        "latin1",
        &["iso-8859-1", "iso8859-1", "iso_8859-1", "l1", "latin-1"],
        "about-charset-latin1",
        CharsetKind::Latin1,
    ),
    row("ascii", &["us-ascii", "iso646-us"], "about-charset-ascii", CharsetKind::Ascii),
    web("windows-1252", &["cp1252"], "about-charset-windows-1252", encoding_rs::WINDOWS_1252),
    web("shift_jis", &["sjis", "cp932", "932"], "about-charset-shift-jis", encoding_rs::SHIFT_JIS),
    web("euc-jp", &["eucjp"], "about-charset-euc-jp", encoding_rs::EUC_JP),
    web("iso-2022-jp", &["iso2022jp"], "about-charset-iso-2022-jp", encoding_rs::ISO_2022_JP),
    web("euc-kr", &["cp949", "uhc", "949"], "about-charset-euc-kr", encoding_rs::EUC_KR),
    web("koi8-r", &["koi8r"], "about-charset-koi8-r", encoding_rs::KOI8_R),
    web("koi8-u", &["koi8u"], "about-charset-koi8-u", encoding_rs::KOI8_U),
    web("windows-1251", &["cp1251"], "about-charset-windows-1251", encoding_rs::WINDOWS_1251),
    web("ibm866", &["cp866"], "about-charset-ibm866", encoding_rs::IBM866),
    web("x-mac-cyrillic", &["mac-cyrillic"], "about-charset-x-mac-cyrillic", encoding_rs::X_MAC_CYRILLIC),
    web("windows-1250", &["cp1250"], "about-charset-windows-1250", encoding_rs::WINDOWS_1250),
    web("windows-1253", &["cp1253"], "about-charset-windows-1253", encoding_rs::WINDOWS_1253),
    web(
        "windows-1254",
        &["cp1254", "latin5", "iso-8859-9"],
        "about-charset-windows-1254",
        encoding_rs::WINDOWS_1254,
    ),
    web("windows-1255", &["cp1255"], "about-charset-windows-1255", encoding_rs::WINDOWS_1255),
    web("windows-1256", &["cp1256"], "about-charset-windows-1256", encoding_rs::WINDOWS_1256),
    web("windows-1257", &["cp1257"], "about-charset-windows-1257", encoding_rs::WINDOWS_1257),
    web("windows-1258", &["cp1258"], "about-charset-windows-1258", encoding_rs::WINDOWS_1258),
    web("windows-874", &["cp874", "tis-620"], "about-charset-windows-874", encoding_rs::WINDOWS_874),
    web("macintosh", &["mac-roman"], "about-charset-macintosh", encoding_rs::MACINTOSH),
    web("iso-8859-2", &["latin2"], "about-charset-iso-8859-2", encoding_rs::ISO_8859_2),
    web("iso-8859-3", &["latin3"], "about-charset-iso-8859-3", encoding_rs::ISO_8859_3),
    web("iso-8859-4", &["latin4"], "about-charset-iso-8859-4", encoding_rs::ISO_8859_4),
    web("iso-8859-5", &[], "about-charset-iso-8859-5", encoding_rs::ISO_8859_5),
    web("iso-8859-6", &[], "about-charset-iso-8859-6", encoding_rs::ISO_8859_6),
    web("iso-8859-7", &[], "about-charset-iso-8859-7", encoding_rs::ISO_8859_7),
    web("iso-8859-8", &[], "about-charset-iso-8859-8", encoding_rs::ISO_8859_8),
    web("iso-8859-8-i", &[], "about-charset-iso-8859-8-i", encoding_rs::ISO_8859_8_I),
    web("iso-8859-10", &["latin6"], "about-charset-iso-8859-10", encoding_rs::ISO_8859_10),
    web("iso-8859-13", &["latin7"], "about-charset-iso-8859-13", encoding_rs::ISO_8859_13),
    web("iso-8859-14", &["latin8"], "about-charset-iso-8859-14", encoding_rs::ISO_8859_14),
    web("iso-8859-15", &["latin9"], "about-charset-iso-8859-15", encoding_rs::ISO_8859_15),
    web("iso-8859-16", &["latin10"], "about-charset-iso-8859-16", encoding_rs::ISO_8859_16),
];
