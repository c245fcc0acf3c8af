//! Times as HdrHistogram's readers take them: version 2 of its encoding, in zlib.
//! Never compresses: the zlib holds the bytes as they are, which every reader takes.

use super::Times;

/// What an encoded histogram begins with: version 2, words of variable length.
const COOKIE: u32 = 0x1c84_9313;
/// The same of one in zlib.
const COMPRESSED: u32 = 0x1c84_9314;
/// Most bytes of a block of zlib that holds them as they are.
const BLOCK: usize = 65_535;
const ADLER: u32 = 65_521;

impl Times {
    /// The compressed encoding, version 2.
    #[must_use]
    pub fn encoded(&self) -> Vec<u8> {
        let plain = self.plain();
        let body = stored(&plain);
        let mut out = COMPRESSED.to_be_bytes().to_vec();
        out.extend(u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend(body);
        out
    }

    fn plain(&self) -> Vec<u8> {
        let counts = self.counts();
        let Some(histogram) = self.histogram() else { return Vec::new() };
        let mut out = COOKIE.to_be_bytes().to_vec();
        out.extend(u32::try_from(counts.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend(0_u32.to_be_bytes());
        out.extend(u32::from(histogram.sigfig()).to_be_bytes());
        out.extend(histogram.low().to_be_bytes());
        out.extend(histogram.high().to_be_bytes());
        out.extend(1_f64.to_be_bytes());
        out.extend(counts);
        out
    }

    /// All counts up to the last that is not 0, runs of 0 as one negative number.
    fn counts(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let Some(histogram) = self.histogram() else { return out };
        let mut next = 0;
        for value in histogram.iter_recorded() {
            let index = place(value.value_iterated_to(), histogram.sigfig());
            if index > next {
                zigzag(-i64::try_from(index - next).unwrap_or(i64::MAX), &mut out);
            }
            zigzag(i64::try_from(value.count_at_value()).unwrap_or(i64::MAX), &mut out);
            next = index + 1;
        }
        out
    }
}

/// The place of `value` among the counts of a histogram whose lowest value is 1.
fn place(value: u64, digits: u8) -> u64 {
    // So many sub-buckets tell twice that power of ten apart.
    let count = (2 * 10_u64.pow(u32::from(digits))).next_power_of_two();
    let (half, bits) = (count / 2, count.trailing_zeros());
    let bucket = (64 - (value | (count - 1)).leading_zeros()) - bits;
    let sub = value >> bucket;
    (u64::from(bucket) + 1) * half + sub - half
}

/// A number in zigzag, seven bits a byte, the least significant first; the ninth byte has eight.
fn zigzag(number: i64, out: &mut Vec<u8>) {
    let mut left = (number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned();
    for _ in 0..8 {
        let low = left.to_le_bytes()[0] & 0x7f;
        left >>= 7;
        if left == 0 {
            return out.push(low);
        }
        out.push(low | 0x80);
    }
    out.push(left.to_le_bytes()[0]);
}

/// `bytes` in zlib (RFC 1950), in blocks that are not compressed (RFC 1951, 3.2.4).
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(BLOCK).peekable();
    while let Some(block) = blocks.next() {
        out.push(u8::from(blocks.peek().is_none()));
        let len = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.extend(len.to_le_bytes());
        out.extend((!len).to_le_bytes());
        out.extend(block);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % ADLER;
        b = (b + a) % ADLER;
    }
    out.extend(((b << 16) | a).to_be_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        let of = |number| {
            let mut out = Vec::new();
            zigzag(number, &mut out);
            out
        };
        assert_eq!((of(0), of(1), of(-1), of(64)), (vec![0], vec![2], vec![1], vec![0x80, 1]));
        assert_eq!(of(i64::MIN), vec![0xff; 9]);
    }

    #[test]
    fn places_follow_each_other() {
        // The first 2048 values have a place each, then every second one, every fourth one.
        assert_eq!([0, 1, 2047].map(|value| place(value, 3)), [0, 1, 2047]);
        assert_eq!([2048, 2049, 2050, 4095].map(|value| place(value, 3)), [2048, 2048, 2049, 3071]);
        assert_eq!([4096, 4099, 4100].map(|value| place(value, 3)), [3072, 3072, 3073]);
    }
}
