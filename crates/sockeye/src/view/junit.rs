//! JUnit's XML of `check`, for what gathers the results of tests: a case for each cut.
//! Never holds a character that XML 1.0 does not allow: bytes are shown as hex and ASCII.

use sockeye_core::{
    charset::markup,
    event::{CutResult, Event, TriedCut, What},
};

use super::{Page, View};
use crate::say::check;

/// Gathers cuts, and writes them once all are tried.
#[derive(Debug)]
pub(crate) struct Junit {
    address: String,
    /// Name, class and, where it failed, what is told of it.
    cuts: Vec<Case>,
}

impl Junit {
    /// A report on the receiver at `address`.
    #[must_use]
    pub(crate) fn new(address: String) -> Self {
        Self { address, cuts: Vec::new() }
    }
}

/// One cut, in words: its bytes are not kept.
#[derive(Debug)]
struct Case {
    class: &'static str,
    name: String,
    /// What became of it, in a line and in many, where it failed.
    failure: Option<(String, Vec<String>)>,
}

impl Case {
    fn of(cut: &TriedCut) -> Self {
        Self {
            class: cut.family.name(),
            name: markup(&format!("{:04} {}", cut.number, check::described(cut))),
            failure: (cut.result == CutResult::Fail).then(|| (check::outcome(cut), check::details(cut))),
        }
    }

    fn write(&self, page: &mut Page) {
        let Self { class, name, failure } = self;
        let Some((outcome, details)) = failure else {
            return page
                .out_line(&format!("  <testcase classname=\"sockeye.check.{class}\" name=\"{name}\"/>"));
        };
        page.out_line(&format!("  <testcase classname=\"sockeye.check.{class}\" name=\"{name}\">"));
        page.out_line(&format!("    <failure message=\"{}\">", markup(outcome)));
        details.iter().for_each(|line| page.out_line(&markup(line)));
        page.out_line("    </failure>\n  </testcase>");
    }
}

impl View for Junit {
    fn show(&mut self, event: &Event, page: &mut Page) {
        match &event.what {
            What::Tried(cut) => self.cuts.push(Case::of(cut)),
            What::Summary(_) => {
                let failures = self.cuts.iter().filter(|cut| cut.failure.is_some()).count();
                page.out_line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
                page.out_line(&format!(
                    "<testsuite name=\"sockeye check {}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">",
                    markup(&self.address),
                    self.cuts.len(),
                ));
                self.cuts.iter().for_each(|cut| cut.write(page));
                page.out_line("</testsuite>");
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples::{shown, summary, tried};

    #[test]
    fn every_byte_gives_what_xml_allows() {
        let all: Vec<u8> = (0..=255).collect();
        let (out, err) = shown(&mut Junit::new("unix:/a<&>\"b".to_owned()), &[tried(&all), summary()]);
        let text = String::from_utf8(out).unwrap();
        assert!(err.is_empty() && text.starts_with("<?xml") && text.ends_with("</testsuite>\n"));
        assert!(text.contains("tests=\"1\" failures=\"1\"") && text.contains("unix:/a&lt;&amp;&gt;&quot;b"));
        assert!(text.chars().all(|c| c == '\n' || c >= ' '), "{text:?}");
    }
}
