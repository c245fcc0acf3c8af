//! Names for the framings people meet most: what they stand for, and nothing else.
//! Never has a decoder of its own.

/// A name for a SPEC, and a row of the table.
pub(super) struct Preset {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// The SPEC that it stands for; its own name where no parts describe it.
    pub(super) spec: &'static str,
    /// The checksum of its frames.
    pub(super) sum: Option<&'static str>,
    /// How it is written, with its keys.
    pub(super) form: &'static str,
    pub(super) samples: &'static [&'static str],
}

/// A preset whose frames have no checksum.
const fn named(
    name: &'static str,
    about: &'static str,
    spec: &'static str,
    samples: &'static [&'static str],
) -> Preset {
    Preset { name, about, spec, sum: None, form: name, samples }
}

/// A preset whose frames have a checksum.
const fn summed(preset: Preset, sum: &'static str) -> Preset {
    Preset { sum: Some(sum), ..preset }
}

/// `struct.pack('i', len)` of Python on today's machines: four bytes, low first, signed.
pub(super) const PY_STRUCT_I: Preset =
    named("py-struct-i", "about-frame-py-struct-i", "len=4,le,signed", &["py-struct-i"]);

/// `struct.pack('!I', len)` of Python: four bytes in network order.
pub(super) const PY_STRUCT_NET: Preset =
    named("py-struct-!I", "about-frame-py-struct-net", "len=4", &["py-struct-!I"]);

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
    named("modbus-tcp", "about-frame-modbus-tcp", "len=2,offset=4,strip=0", &["modbus-tcp"]);

/// Twisted's `Int32StringReceiver`.
pub(super) const TWISTED: Preset = named("twisted-int32", "about-frame-twisted", "len=4", &["twisted-int32"]);

/// Start and end of text, as scales, scanners and many serial devices send it.
pub(super) const STX_ETX: Preset = named("stx-etx", "about-frame-stx-etx", "head=02,tail=03", &["stx-etx"]);

/// JT/T 808-2019, 4.4: flags around the frame, 7e and 7d escaped, an exclusive or of all between.
pub(super) const JT808: Preset = summed(
    named("jt808", "about-frame-jt808", "head=7e,tail=7e,escape=7d:02=7e:01=7d", &["jt808"]),
    "xor8,from=1,to=-2",
);

/// DL/T 645-2007, 5.2: 68, six bytes of address, 68, control, length, data, the sum of all, 16; FE wakes before it.
pub(super) const DLT645: Preset = summed(
    named("dlt645", "about-frame-dlt645", "head=68,len=1,offset=9,adjust=2,tail=16,fill=fe", &["dlt645"]),
    "sum8,from=0,to=-2",
);

/// MQTT 5.0, 2.1: type and flags, the remaining length as a varint.
pub(super) const MQTT: Preset = named("mqtt", "about-frame-mqtt", "varint,offset=1", &["mqtt"]);

/// NMEA 0183, 5.3: a dollar sign, the sentence, an asterisk and an exclusive or in two digits, CR LF.
pub(super) const NMEA: Preset =
    summed(named("nmea", "about-frame-nmea", "head=24,tail=0d0a,mark=2a", &["nmea"]), "xor8,hex,from=1");

/// MODBUS over Serial Line V1.02, 2.5.1: address, function, data, CRC; sizes by function.
pub(super) const MODBUS_RTU: Preset = Preset {
    name: "modbus-rtu",
    about: "about-frame-modbus-rtu",
    spec: "modbus-rtu",
    sum: Some("crc16-modbus"),
    form: "modbus-rtu[,role=client|server]",
    samples: &["modbus-rtu", "modbus-rtu,role=server", "modbus-rtu,role=client"],
};

/// MODBUS over Serial Line V1.02, 2.5.2: a colon, two digits a byte, LRC, CR LF.
pub(super) const MODBUS_ASCII: Preset = summed(
    named("modbus-ascii", "about-frame-modbus-ascii", "head=3a,tail=0d0a,escape=hex", &["modbus-ascii"]),
    "lrc,from=1,to=-3",
);

/// IEC 60870-5-104, 5: 68, the length of what follows, four control fields, the ASDU.
pub(super) const IEC104: Preset =
    named("iec104", "about-frame-iec104", "head=68,len=1,offset=1,strip=2", &["iec104"]);

/// HJ 212-2017, 6.3: ##, four digits of length, the data, four digits of CRC, CR LF.
pub(super) const HJ212: Preset = summed(
    named("hj212", "about-frame-hj212", "head=2323,digits=4,offset=2,adjust=6,strip=6,tail=0d0a", &["hj212"]),
    "crc16-hj212,hex,from=6,to=-6",
);

/// PostgreSQL documentation, "Message Flow": a type, a length that counts itself; the first of a client has no type.
pub(super) const POSTGRES: Preset = named("postgres", "about-frame-postgres", "postgres", &["postgres"]);

/// RFC 1035, 4.2.2: two bytes of length before each message.
pub(super) const DNS_TCP: Preset = named("dns-tcp", "about-frame-dns-tcp", "len=2", &["dns-tcp"]);

/// HL7 Transport Specification: MLLP, Release 1: VT before a message, FS and CR behind it.
pub(super) const MLLP: Preset = named("mllp", "about-frame-mllp", "head=0b,tail=1c0d", &["mllp"]);

/// The serialization protocol of Redis, versions 2 and 3.
pub(super) const REDIS: Preset = named("redis", "about-frame-redis", "redis", &["redis"]);

/// All of them.
pub(super) static ALL: [&Preset; 17] = [
    &PY_STRUCT_I,
    &PY_STRUCT_NET,
    &MODBUS_TCP,
    &TWISTED,
    &STX_ETX,
    &MODBUS_RTU,
    &MODBUS_ASCII,
    &JT808,
    &DLT645,
    &IEC104,
    &HJ212,
    &NMEA,
    &MQTT,
    &REDIS,
    &POSTGRES,
    &DNS_TCP,
    &MLLP,
];

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
