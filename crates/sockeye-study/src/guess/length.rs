//! Candidates with a length field: where it lies, how wide it is, which byte comes first, what it counts.
//! Has Netty's numbers and their meaning, as `len=` of `--frame` does.

use super::{
    cost,
    sample::Sample,
    tiling::{Front, Known, Scales, Tiling},
};

/// Where the length field may begin, at most.
const OFFSET: usize = 16;
/// What a message may be longer than its length says, at most.
const ADJUST: i64 = 8;

/// What a message without a body costs besides, bits: four bytes of a small length read as two such fields of which one is empty.
const EMPTY: f64 = 6.0;

/// A length field in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LengthField {
    /// Bytes before it.
    pub offset: usize,
    /// Its bytes: 1, 2, 3, 4 or 8.
    pub width: usize,
    /// Which of its bytes is sent first.
    pub order: FieldOrder,
    /// What the message is longer than its header and the length say.
    pub adjust: i64,
}

/// Which byte of a field is sent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldOrder {
    /// The high one, as networks have it.
    Big,
    /// The low one, as most processors have it.
    Little,
}

impl LengthField {
    /// Bytes up to the end of the field.
    #[must_use]
    pub fn header(&self) -> usize {
        self.offset + self.width
    }

    /// Whether the length counts from the start of the message.
    #[must_use]
    pub fn includes_header(&self) -> bool {
        self.adjust == -(self.header() as i64)
    }

    /// How many leading bytes `--frame` takes away unless told otherwise.
    #[must_use]
    pub fn strip(&self) -> usize {
        if self.offset == 0 { self.header() } else { 0 }
    }

    /// The SPEC of `--frame`.
    pub(super) fn spec(&self) -> String {
        let mut spec = format!("len={}", self.width);
        if self.order == FieldOrder::Little {
            spec.push_str(",le");
        }
        if self.offset > 0 {
            spec.push_str(&format!(",offset={}", self.offset));
        }
        match self.adjust {
            0 => {}
            _ if self.includes_header() => spec.push_str(",includes-header"),
            adjust => spec.push_str(&format!(",adjust={adjust}")),
        }
        spec
    }

    /// The number in the field at the front of these bytes; nothing if they end before it does.
    pub(super) fn value(&self, bytes: &[u8]) -> Option<u64> {
        let field = bytes.get(self.offset..self.header())?;
        let number = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        Some(match self.order {
            FieldOrder::Big => field.iter().fold(0, number),
            FieldOrder::Little => field.iter().rev().fold(0, number),
        })
    }

    pub(super) fn front(&self, bytes: &[u8]) -> Front {
        let Some(value) = self.value(bytes) else { return Front::Part(self.header()) };
        let total = i128::from(value) + i128::from(self.adjust) + self.header() as i128;
        match usize::try_from(total) {
            Ok(total) if total < self.header() => Front::Wrong,
            Ok(total) if total <= bytes.len() => Front::Whole(total),
            Ok(total) => Front::Part(total),
            Err(_) => Front::Wrong,
        }
    }

    /// The bits that it takes to say which field it is.
    fn price(&self) -> f64 {
        let width = match self.width {
            2 | 4 => 1.5,
            1 => 2.5,
            _ => 4.0,
        };
        let adjust = match self.adjust {
            0 => 1.0,
            _ if self.includes_header() => 2.0,
            _ => 7.0,
        };
        cost::number(self.offset) + width + adjust + 3.0
    }
}

/// Hands over every field that cuts the sample, with what that is worth.
pub(super) fn candidates(
    sample: &Sample,
    scales: &Scales<'_>,
    found: &mut impl FnMut(LengthField, Tiling, f64),
) {
    for offset in 0..=OFFSET {
        for width in [1, 2, 3, 4, 8] {
            for order in [FieldOrder::Big, FieldOrder::Little] {
                if width == 1 && order == FieldOrder::Little {
                    continue;
                }
                for adjust in -((offset + width) as i64)..=ADJUST {
                    let field = LengthField { offset, width, order, adjust };
                    let Some(tiling) = Tiling::of(sample, |bytes| field.front(bytes)) else { continue };
                    let known = Known { front: offset..offset + width, back: 0 };
                    let empty = tiling.frames.iter().filter(|frame| frame.len() == field.header()).count();
                    let bits = scales.bits(&tiling, &known, field.price() + EMPTY * empty as f64);
                    found(field, tiling, bits);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_nettys() {
        let field = LengthField { offset: 1, width: 2, order: FieldOrder::Big, adjust: -3 };
        assert_eq!(field.front(b"\x01\x00\x05ab"), Front::Whole(5));
        assert_eq!(field.front(b"\x01\x00\x05a"), Front::Part(5));
        assert_eq!(field.front(b"\x01\x00"), Front::Part(3));
        assert_eq!(field.front(b"\x01\x00\x02ab"), Front::Wrong);
        assert_eq!(field.spec(), "len=2,offset=1,includes-header");
        let little = LengthField { offset: 0, width: 8, order: FieldOrder::Little, adjust: 2 };
        assert_eq!(little.front(&[0xff; 9]), Front::Wrong);
        assert_eq!(little.spec(), "len=8,le,adjust=2");
    }
}
