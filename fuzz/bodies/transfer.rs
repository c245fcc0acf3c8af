//! What must hold of requests, answers, names and sidecars whatever bytes come.
//! Never opens a file: the fuzzer and the corpus replay hand the bytes in.

use sockeye_core::transfer::{
    Answer, Answers, Name, Request, Requests, Sidecar, WireError,
    name::{Naming, check, check_local},
    wire::REQUEST_FRAME,
};

/// The most that a reader of answers may hold: a page with its head.
const MOST_ANSWER: usize = (1 << 20) + 8;

/// The sizes of the pieces a stream is cut into: at once, byte by byte, and in three odd ways.
const PIECES: [&[usize]; 5] = [&[usize::MAX], &[1], &[3, 1, 7], &[8, 2], &[9, 250, 4096]];

/// What came out of a stream of requests: each as a sentence, and how it ended.
fn requests(stream: &[u8], sizes: &[usize]) -> (Vec<String>, Option<WireError>) {
    let (mut reader, mut seen, mut rest) = (Requests::default(), Vec::new(), stream);
    let mut sizes = sizes.iter().cycle();
    while !rest.is_empty() {
        let size = sizes.next().copied().unwrap_or(1).min(rest.len());
        let (mut piece, later) = rest.split_at(size);
        rest = later;
        loop {
            match reader.next(&mut piece) {
                Ok(None) => break,
                Ok(Some(request)) => {
                    seen.push(format!("{request:?}"));
                    again(&request);
                }
                Err(error) => return (seen, Some(error)),
            }
        }
        assert!(piece.is_empty(), "all of a piece is taken");
        assert!(reader.held() <= REQUEST_FRAME, "{} bytes held", reader.held());
    }
    (seen, None)
}

/// What was read is read again after it was written.
fn again(request: &Request<'_>) {
    let mut out = Vec::new();
    assert_eq!(request.encode(&mut out), Ok(()), "{request:?}");
    let mut reader = Requests::default();
    let mut rest = out.as_slice();
    assert_eq!(reader.next(&mut rest), Ok(Some(*request)));
    assert!(rest.is_empty());
}

/// Requests from anywhere.
pub(crate) fn request(stream: &[u8]) {
    let once = requests(stream, &[usize::MAX]);
    for sizes in PIECES {
        assert_eq!(requests(stream, sizes), once, "in pieces of {sizes:?}");
    }
}

/// What came out of a stream of answers: each as a sentence (bytes that follow bytes are one), and how it ended.
fn answers(stream: &[u8], sizes: &[usize]) -> (Vec<String>, Vec<u8>, Option<WireError>) {
    let (mut reader, mut seen, mut data, mut rest) = (Answers::default(), Vec::new(), Vec::new(), stream);
    let mut sizes = sizes.iter().cycle();
    while !rest.is_empty() {
        let size = sizes.next().copied().unwrap_or(1).min(rest.len());
        let (mut piece, later) = rest.split_at(size);
        rest = later;
        loop {
            match reader.next(&mut piece) {
                Ok(None) => break,
                Ok(Some(Answer::Data(bytes))) => data.extend_from_slice(bytes),
                Ok(Some(Answer::Page(entries))) => {
                    let found: Vec<_> = entries.collect();
                    assert_eq!(found.len(), entries.len(), "all that was counted is there");
                    seen.push(format!("{} {found:?} {:?}", data.len(), entries.next));
                }
                Ok(Some(answer)) => seen.push(format!("{} {answer:?}", data.len())),
                Err(error) => return (seen, data, Some(error)),
            }
        }
        assert!(piece.is_empty(), "all of a piece is taken");
        assert!(reader.held() <= MOST_ANSWER.min(stream.len()), "{} bytes held", reader.held());
    }
    (seen, data, None)
}

/// Answers from anywhere.
pub(crate) fn answer(stream: &[u8]) {
    let once = answers(stream, &[usize::MAX]);
    for sizes in PIECES {
        assert_eq!(answers(stream, sizes), once, "in pieces of {sizes:?}");
    }
}

/// A name from anywhere: what is taken leads down and never up, however it is put behind a folder.
pub(crate) fn name(bytes: &[u8]) {
    assert_eq!(Name::parse(bytes).map(|_| ()), check(bytes));
    let Ok(name) = Name::parse(bytes) else { return };
    assert_eq!(name.as_bytes(), bytes, "nothing is decoded");
    assert!(name.components().all(|part| !part.is_empty() && part != b"." && part != b".."));
    assert!(name.components().all(|part| part.len() <= 255 && check(part) == Ok(())));
    assert_eq!(name.components().last(), Some(name.last()));
    assert_eq!(name.components().collect::<Vec<_>>().join(&b'/'), bytes);
    if check_local(bytes, Naming::AsIs).is_ok() {
        assert_eq!(name.components().count(), 1);
    }
}

/// A sidecar from anywhere: refused, or good for both ways.
pub(crate) fn sidecar(bytes: &[u8]) {
    if let Ok(sidecar) = Sidecar::read(bytes) {
        let text = sidecar.write();
        assert_eq!(Sidecar::read(text.as_bytes()), Ok(sidecar));
    }
}
