//! What cuts and advice are, in a few words.
//! Never in a language: what is said is data.

use sockeye_core::event::{Advice, CutFamily};
use sockeye_text::{Text, text};

/// What a kind of cut does.
#[must_use]
pub fn of_family(family: CutFamily) -> Text {
    match family {
        CutFamily::Whole => text!("cut-whole"),
        CutFamily::Glued => text!("cut-glued"),
        CutFamily::Split => text!("cut-split"),
        CutFamily::Header => text!("cut-header"),
        CutFamily::Straddled => text!("cut-straddled"),
        CutFamily::HalfLate => text!("cut-half-late"),
        CutFamily::HalfAbandoned => text!("cut-half-abandoned"),
        CutFamily::TailLate => text!("cut-tail-late"),
        CutFamily::Bytes => text!("cut-bytes"),
        CutFamily::Chain => text!("cut-chain"),
    }
}

/// What to look for in a receiver's code.
#[must_use]
pub fn of_advice(advice: Advice) -> Text {
    match advice {
        Advice::RecvIsMessage => text!("advice-recv-is-message"),
        Advice::HeaderShort => text!("advice-header-short"),
        Advice::BodyShort => text!("advice-body-short"),
        Advice::LengthInCharacters => text!("advice-length-in-characters"),
        Advice::LeftoverLost => text!("advice-leftover-lost"),
        Advice::DelimiterCut => text!("advice-delimiter-cut"),
        Advice::ChunkDecoding => text!("advice-chunk-decoding"),
        Advice::FirstOfGlued => text!("advice-first-of-glued"),
        Advice::NativeEndian => text!("advice-native-endian"),
        Advice::SharedBuffer => text!("advice-shared-buffer"),
        Advice::ReadTimeout => text!("advice-read-timeout"),
        Advice::OneMessage => text!("advice-one-message"),
    }
}
