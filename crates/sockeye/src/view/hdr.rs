//! HdrHistogram's log of `bench --hdr`: version 1.3, a line a second and target, times in nanoseconds.
//! Never holds a second of the warm-up.

use data_encoding::BASE64;
use sockeye_core::event::{Event, What};

use super::{Page, View, ViewContext};

/// Writes the log.
#[derive(Debug)]
pub(crate) struct HdrLog {
    context: ViewContext,
    has_begun: bool,
}

impl HdrLog {
    #[must_use]
    pub(crate) fn new(context: ViewContext) -> Self {
        Self { context, has_begun: false }
    }
}

impl View for HdrLog {
    fn show(&mut self, event: &Event, page: &mut Page) {
        let What::LoadProgress(progress) = &event.what else { return };
        if !std::mem::replace(&mut self.has_begun, true) {
            let start = self.context.wall.timestamp(sockeye_core::unit::At::START);
            let seconds = start.as_millisecond();
            page.out_line("#[Histogram log format version 1.3]");
            page.out_line(&format!(
                "#[StartTime: {}.{:03} (seconds since epoch), {start}]",
                seconds / 1000,
                seconds % 1000
            ));
            page.out_line(
                "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"",
            );
        }
        let Some(latency) = progress.latency.filter(|_| !progress.is_warm_up) else { return };
        // A tag names the target; neither commas nor blanks may stand in one.
        let tag: String =
            progress.addr.chars().map(|c| if c == ',' || c.is_whitespace() { '_' } else { c }).collect();
        let millis = |nanos: u64| format!("{}.{:03}", nanos / 1_000_000_000, nanos / 1_000_000 % 1000);
        // The longest time in milliseconds, as Java's writer has it.
        let max = format!("{}.{:03}", latency.max / 1_000_000, latency.max / 1_000 % 1000);
        let histogram = BASE64.encode(&progress.histogram);
        page.out_line(&format!(
            "Tag={tag},{},{},{max},{histogram}",
            millis(progress.since),
            millis(progress.lasted)
        ));
    }
}
