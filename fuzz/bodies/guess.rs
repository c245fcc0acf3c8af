//! What must hold of guesses and of hex dumps, whatever bytes come.
//! Never opens a file or a socket: the fuzzer and the corpus replay hand the bytes in.

use sockeye_core::frame::Framing;
use sockeye_study::guess::{SAMPLE, Sample, dump, guess as conclude};

/// Captured bytes, and the same as a dump.
pub(crate) fn guess(data: &[u8]) {
    if let Some((bytes, _)) = dump::recognise(data) {
        assert_eq!(
            dump::read(data),
            Ok(bytes),
            "what is recognised is read the same when it is told to be hex"
        );
    }
    if let Ok(bytes) = dump::read(data) {
        // The last line is read whole.
        assert!(bytes.len() <= SAMPLE + data.len());
    }
    let mut sample = Sample::default();
    let (first, second) = data.split_at(data.len() / 2);
    for stream in [data, first, second] {
        sample.add(stream);
    }
    for sample in [Sample::of(data), sample] {
        let concluded = conclude(&sample, 3);
        assert!(concluded.proposals.len() <= 3);
        assert_eq!(concluded.reason.is_some(), concluded.proposals.is_empty());
        for proposal in concluded.proposals {
            assert!(Framing::parse(&proposal.spec).is_ok(), "{}", proposal.spec);
            assert!(proposal.messages >= proposal.first.len() && !proposal.first.is_empty());
            assert!(proposal.rest <= sample.bytes().len());
        }
    }
}
