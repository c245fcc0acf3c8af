//! The drawing of `bench --svg`: latency by percentile, a curve a target, both axes by powers of ten.
//! Never refers to anything outside itself.

use sockeye_core::event::{Event, LatencyPoint, LoadReport, What};

use super::{Page, View};
use crate::say;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 480.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 50.0;
const BOTTOM: f64 = 50.0;
/// Colours that the colour-blind tell apart too.
const COLOURS: [&str; 2] = ["#0072b2", "#d55e00"];
/// Percentiles that have a line.
const MARKS: [f64; 7] = [0.0, 50.0, 90.0, 99.0, 99.9, 99.99, 99.999];

/// Draws the report.
#[derive(Debug)]
pub(crate) struct Drawing;

impl View for Drawing {
    fn show(&mut self, event: &Event, page: &mut Page) {
        if let What::Loaded(report) = &event.what {
            draw(report, page);
        }
    }
}

/// What is drawn, and where it lies.
struct Plane {
    /// Powers of ten of the shortest and the longest time, nanoseconds.
    low: f64,
    high: f64,
    /// How far to 100 % it goes, in powers of ten.
    far: f64,
}

impl Plane {
    fn of(report: &LoadReport) -> Self {
        let all = || report.targets.iter().flat_map(|target| &target.curve);
        let power = |point: &LatencyPoint| decimal(point.latency);
        let low = all().map(power).fold(f64::INFINITY, f64::min).floor();
        let high = all().map(power).fold(f64::NEG_INFINITY, f64::max).ceil();
        let far = all().map(|point| distance(point.percentile)).fold(2.0, f64::max);
        match low.is_finite() && high.is_finite() {
            true => Self { low, high: high.max(low + 1.0), far },
            false => Self { low: 3.0, high: 6.0, far },
        }
    }

    fn x(&self, percentile: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * distance(percentile).min(self.far) / self.far
    }

    fn y(&self, power: f64) -> f64 {
        HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (power - self.low) / (self.high - self.low)
    }
}

#[allow(clippy::cast_precision_loss, reason = "a drawing has no more digits")]
fn decimal(nanos: u64) -> f64 {
    (nanos.max(1) as f64).log10()
}

/// How close to 100 % it is: 0 at 0 %, 1 at 90 %, 2 at 99 %.
fn distance(percentile: f64) -> f64 {
    let left = 1.0 - percentile / 100.0;
    if left > 1e-7 { -left.log10() } else { 0.0 }
}

fn draw(report: &LoadReport, page: &mut Page) {
    let plane = Plane::of(report);
    page.out_line(&format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">"
    ));
    page.out_line(&format!("<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>"));
    let title = escaped(&say::bench::curve_title());
    page.out_line(&format!(
        "<title>{title}</title><text x=\"{LEFT}\" y=\"20\" font-size=\"15\">{title}</text>"
    ));
    grid(&plane, page);
    for (target, colour) in report.targets.iter().zip(COLOURS) {
        let mut points: Vec<String> = Vec::new();
        for point in target.curve.iter().filter(|point| point.percentile < 100.0) {
            let (x, y) = (plane.x(point.percentile), plane.y(decimal(point.latency)));
            points.push(format!("{x:.1},{y:.1}"));
        }
        page.out_line(&format!(
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{}\"/>",
            points.join(" ")
        ));
    }
    for ((place, target), colour) in (0_u8..).zip(&report.targets).zip(COLOURS) {
        let x = LEFT + 300.0 * f64::from(place);
        let name = escaped(&say::safe(&target.addr));
        page.out_line(&format!("<text x=\"{x}\" y=\"40\" fill=\"{colour}\">{name}</text>"));
    }
    page.out_line("</svg>");
}

fn grid(plane: &Plane, page: &mut Page) {
    let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
    for mark in MARKS.into_iter().filter(|mark| distance(*mark) <= plane.far) {
        let x = plane.x(mark);
        page.out_line(&format!(
            "<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{bottom}\" stroke=\"#ddd\"/>"
        ));
        page.out_line(&format!(
            "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{mark}%</text>",
            bottom + 18.0
        ));
    }
    let mut power = plane.low;
    while power <= plane.high {
        let y = plane.y(power);
        page.out_line(&format!(
            "<line x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\" stroke=\"#ddd\"/>"
        ));
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a power of ten below 2^63"
        )]
        let nanos = 10_f64.powf(power) as u64;
        let label = say::lasted(nanos);
        page.out_line(&format!(
            "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
            LEFT - 8.0,
            y + 4.0
        ));
        power += 1.0;
    }
}

/// Text as it may stand in XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use sockeye_core::event::{LoadConnections, LoadMode, LoadResult, LoadSystem, LoadTally};

    use super::*;
    use crate::view::samples::{event, shown};

    fn report(addr: &str, curve: Vec<LatencyPoint>) -> LoadReport {
        let target = LoadResult {
            addr: addr.to_owned(),
            lasted: 1,
            tally: LoadTally::default(),
            latency: None,
            bars: Vec::new(),
            curve,
            errors: Vec::new(),
            connections: LoadConnections::default(),
        };
        let system = LoadSystem::default();
        LoadReport { mode: LoadMode::Closed, targets: vec![target], ratios: None, seed: 1, system }
    }

    fn drawn(report: LoadReport) -> String {
        let (out, err) = shown(&mut Drawing, &[event(None, What::Loaded(Box::new(report)))]);
        assert!(err.is_empty());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn names_cannot_leave_their_place() {
        let drawn = drawn(report("unix:/a<script>&\"\u{1b}", Vec::new()));
        assert!(drawn.contains("unix:/a&lt;script&gt;&amp;&quot;"), "{drawn}");
        assert!(!drawn.contains('\u{1b}') && drawn.ends_with("</svg>\n"));
    }

    #[test]
    fn a_curve_stays_on_the_plane() {
        let point = |percentile, latency| LatencyPoint { percentile, latency };
        let curve = vec![point(0.0, 0), point(50.0, 80_000), point(99.999, u64::MAX), point(100.0, u64::MAX)];
        let drawn = drawn(report("x", curve));
        let points = drawn.split("points=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert_eq!(points.split(' ').count(), 3);
        for number in points.split([' ', ',']) {
            let number: f64 = number.parse().unwrap();
            assert!((0.0..=WIDTH).contains(&number), "{points}");
        }
    }
}
