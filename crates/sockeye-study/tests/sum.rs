//! Which checksum frames carry, from frames of standards and manuals, and from chance.
//! Never tells the search what it is to find.
#![allow(clippy::unwrap_used)]

use sockeye_study::sum::find;

fn hex(text: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(text.to_lowercase().replace(' ', "").as_bytes()).unwrap()
}

fn text(lines: &[&str]) -> Vec<Vec<u8>> {
    lines.iter().map(|line| line.as_bytes().to_vec()).collect()
}

/// Name, first byte, bytes behind the last one covered, length of the tail.
fn found(frames: &[Vec<u8>]) -> (&'static str, usize, usize, usize) {
    let all = find(frames);
    let first = all.first().unwrap();
    (first.name, first.from, first.behind, first.tail.len())
}

#[test]
fn the_frames_of_twelve_protocols() {
    let all = |frames: &[&str]| frames.iter().map(|frame| hex(frame)).collect::<Vec<_>>();
    // Modbus RTU: a request and its answer.
    let rtu = all(&["11 03 006b 0003 7687", "11 03 06 ae41 5652 4340 49ad", "11 01 0013 0025 0e84"]);
    assert_eq!(found(&rtu), ("crc16-modbus", 0, 2, 0));
    assert_eq!(found(&rtu[..1]), ("crc16-modbus", 0, 2, 0), "one is enough");
    // Modbus ASCII, its digits taken for what they stand for.
    assert_eq!(found(&all(&["1103006b00037e", "110306ae4156524340cc", "110100130025b6"])), ("lrc", 0, 1, 0));
    // NMEA 0183.
    let nmea = text(&[
        "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n",
        "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A\r\n",
        "$GPGSA,A,3,04,05,,09,12,,,24,,,,,2.5,1.3,2.1*39\r\n",
    ]);
    assert_eq!(found(&nmea), ("xor8", 1, 5, 2));
    // HJ 212.
    let hj212 = text(&[
        "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n",
        "##0087QN=20160801085000001;ST=91;CN=9014;PW=100000;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&81C1\r\n",
    ]);
    assert_eq!(found(&hj212), ("crc16-hj212", 6, 6, 2));
    // DL/T 645: reading an address, and a meter's answer.
    let meter = all(&[
        "68 aaaaaaaaaaaa 68 13 00 df 16",
        "68 010000000000 68 11 04 33333433 b3 16",
        "68 999999999999 68 08 00 6e 16",
    ]);
    assert_eq!(found(&meter), ("sum8", 0, 2, 1));
    // M-Bus: short frames (EN 13757-2).
    let mbus =
        all(&["10 40 01 41 16", "10 5b 01 5c 16", "10 7b fe 79 16", "10 40 fd 3d 16", "10 5b 05 60 16"]);
    assert_eq!(found(&mbus), ("sum8", 1, 2, 1));
    // Intel HEX, its digits taken for what they stand for.
    let intel = all(&[
        "10010000214601360121470136007efe09d2190140",
        "100110002146017e17c20001ff5f16002148011928",
        "10012000194e79234623965778239eda3f01b2caa7",
        "100130003f0156702b5e712b722b732146013421c7",
    ]);
    assert_eq!(found(&intel), ("lrc", 0, 1, 0));
    // Chunks of PNG: their length, type, data.
    let png = all(&[
        "00000000 49454e44 ae426082",
        "00000004 67414d41 0000b18f 0bfc6105",
        "00000001 73524742 00 aece1ce9",
    ]);
    assert_eq!(found(&png), ("crc32-iso-hdlc", 4, 4, 0));
    // 1-Wire: the ROM code of the manufacturer's application note 27.
    assert_eq!(find(&all(&["02 1cb801000000 a2"])).len(), 0, "eight bits of one frame say nothing");
    // PPP (RFC 1662): the frame check of HDLC, low byte first.
    let ppp =
        all(&["ff03c0210101000e0206000000000304c023 a4a4", "ff03c0210201000e0206000000000304c023 9a27"]);
    assert_eq!(found(&ppp), ("crc16-ibm-sdlc", 0, 2, 0));
    // DNP3: the head of a link frame (IEEE 1815), low byte first.
    assert_eq!(
        found(&all(&["0564 05 c0 0100 0a00 e08c", "0564 05 c9 0100 0000 de8e"])),
        ("crc16-dnp", 0, 2, 0)
    );
    // JT/T 808, escapes undone.
    let terminal = all(&[
        "7e 0002 0000 013912345678 0001 33 7e",
        "7e 0002 0000 013912345678 0002 30 7e",
        "7e 0001 0005 013912345678 0003 0001 0002 00 34 7e",
        "7e 8001 0005 013912345678 0007 0002 0002 00 b3 7e",
    ]);
    assert_eq!(found(&terminal), ("xor8", 1, 2, 1));
    // XMODEM: the block behind its number and the complement of that.
    let xmodem = all(&[
        "0101fe68656c6c6f20786d6f64656d2c20626c6f636b206f6e659bdb",
        "0102fd616e64207468697320697320626c6f636b2074776f2e2eab32",
    ]);
    assert_eq!(found(&xmodem), ("crc16-xmodem", 3, 2, 0));
}

#[test]
fn chance_is_not_told() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut byte = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    for round in 0..100 {
        let frames: Vec<Vec<u8>> =
            (0..1 + round % 5).map(|n| (0..8 + n * 3 + round / 10).map(|_| byte()).collect()).collect();
        assert!(find(&frames).is_empty(), "round {round}: {:?}", find(&frames));
    }
    assert!(find(&[]).is_empty() && find(&[Vec::new()]).is_empty());
    assert!(find(&vec![vec![0; 20]; 9]).is_empty(), "zeros say nothing");
}
