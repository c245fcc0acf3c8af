//! Names for the framings people meet most: what they stand for, and nothing else.
//! Never has a decoder of its own.

/// A name for a SPEC, and a row of the table.
pub(super) struct Preset {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// The SPEC that it stands for.
    pub(super) spec: &'static str,
}

/// `struct.pack('i', len)` of Python on today's machines: four bytes, low first, signed.
pub(super) const PY_STRUCT_I: Preset =
    Preset { name: "py-struct-i", about: "about-frame-py-struct-i", spec: "len=4,le,signed" };

/// `struct.pack('!I', len)` of Python: four bytes in network order.
pub(super) const PY_STRUCT_NET: Preset =
    Preset { name: "py-struct-!I", about: "about-frame-py-struct-net", spec: "len=4" };

/// The length field that any other one-number format of Python's `struct` writes, as in `py-struct->H`: byte order, then the
/// size and sign (Python Library Reference, `struct`, "Byte Order, Size, and Alignment"). Without an order, or with `@`, it is
/// that of today's 64-bit machines.
pub(super) fn py_struct(spec: &str) -> Option<String> {
    let format = spec.strip_prefix("py-struct-")?;
    let size = format.trim_start_matches(['@', '=', '<', '>', '!']);
    let order = format.strip_suffix(size)?;
    let is_native = matches!(order, "" | "@");
    let width = match size {
        "b" | "B" => 1,
        "h" | "H" => 2,
        "i" | "I" => 4,
        "l" | "L" => {
            if is_native {
                8
            } else {
                4
            }
        }
        "q" | "Q" | "n" | "N" => 8,
        _ => return None,
    };
    let order = match order {
        "" | "@" | "=" | "<" => ",le",
        ">" | "!" => "",
        _ => return None,
    };
    let order = if width == 1 { "" } else { order };
    let sign = if size.starts_with(char::is_lowercase) { ",signed" } else { "" };
    Some(format!("len={width}{order}{sign}"))
}

/// Modbus Messaging on TCP/IP Implementation Guide V1.0b, section 3.1.3: the MBAP header's length is its third word.
pub(super) const MODBUS_TCP: Preset =
    Preset { name: "modbus-tcp", about: "about-frame-modbus-tcp", spec: "len=2,offset=4,strip=0" };

/// Twisted's `Int32StringReceiver`.
pub(super) const TWISTED: Preset =
    Preset { name: "twisted-int32", about: "about-frame-twisted", spec: "len=4" };

/// Start and end of text, as scales, scanners and many serial devices send it.
pub(super) const STX_ETX: Preset =
    Preset { name: "stx-etx", about: "about-frame-stx-etx", spec: "head=02,tail=03" };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_struct_are_lengths() {
        for (spec, length) in [
            ("py-struct-i", "len=4,le,signed"),
            ("py-struct-!I", "len=4"),
            ("py-struct->I", "len=4"),
            ("py-struct-<H", "len=2,le"),
            ("py-struct-=I", "len=4,le"),
            ("py-struct->h", "len=2,signed"),
            ("py-struct-B", "len=1"),
            ("py-struct-L", "len=8,le"),
            ("py-struct->L", "len=4"),
            ("py-struct-!Q", "len=8"),
        ] {
            assert_eq!(py_struct(spec).as_deref(), Some(length), "{spec}");
        }
        for spec in ["py-struct-", "py-struct-d", "py-struct-<>I", "py-struct-II", "len=4"] {
            assert_eq!(py_struct(spec), None, "{spec}");
        }
    }
}
