//! Groups of options that several commands share, and what they mean together.
//! Never knows which command they are for, but for what it is told.

use std::{
    num::{IntErrorKind, ParseIntError},
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

use clap::{ArgMatches, Args, ColorChoice, Command, FromArgMatches, ValueEnum};
use sockeye_core::{
    address::narrow,
    charset::Charset,
    frame::{Checksum, Framing},
    limit::{Full, Limits, default_of},
    plan::{Access, Cidr, Conduct, Family},
    rule::quantity,
    stage::FaultSpec,
    unit::Medium,
};
use sockeye_text::Text;

use super::outline::{End, Ends};
use crate::{
    meter::StatsPlan,
    run::{Display, Figures, LogFormat, LogPlan, ViewKind},
    say::{form, usage, words},
    ui,
    view::{FrameDetail, Role, Show, Signs, download::ProgressStyle, raw::Form},
};

/// A duration of the command line.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    read(text, |text| quantity::duration(text).map_err(|error| error.text()))
}

/// How often figures are told, and whose.
fn figures(text: &str) -> Result<StatsPlan, String> {
    read(text, StatsPlan::parse)
}

/// What is read of `text`; where that fails for a full-width character, what to write instead.
fn read<T>(text: &str, parse: impl Fn(&str) -> Result<T, Text>) -> Result<T, String> {
    parse(text).map_err(|error| {
        let plain = narrow(text);
        match plain != text && parse(&plain).is_ok() {
            true => usage::full_width(&plain),
            false => words(&error),
        }
    })
}

/// A number of things, of which there has to be one.
pub(crate) fn positive(text: &str) -> Result<u64, String> {
    match number(text)? {
        0 => Err(form::at_least_one()),
        number => Ok(number),
    }
}

/// A whole number.
pub(crate) fn number<T: FromStr<Err = ParseIntError>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: ParseIntError| match error.kind() {
        IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => form::number_too_large(),
        _ => form::no_number(),
    })
}

/// A limit in time that is one: at nothing, every conversation would be over as it begins.
pub(crate) fn patience(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        Duration::ZERO => Err(usage::no_patience()),
        time => Ok(time),
    }
}

/// A size of which there has to be some.
pub(crate) fn size(text: &str) -> Result<usize, String> {
    let bytes = read(text, |text| quantity::size(text).map_err(|error| error.text()))?;
    if bytes == 0 {
        return Err(usage::empty_message());
    }
    usize::try_from(bytes).map_err(|e| e.to_string())
}

fn cidr(text: &str) -> Result<Cidr, String> {
    Cidr::parse(text).map_err(|error| words(&error))
}

fn framing(text: &str) -> Result<Framing, String> {
    read(text, |text| Framing::parse(text).map_err(|error| error.text()))
}

fn checksum(text: &str) -> Result<Checksum, String> {
    read(text, |text| Checksum::parse(text).map_err(|error| error.text()))
}

fn charset(text: &str) -> Result<Charset, String> {
    read(text, |text| Charset::parse(text).map_err(|error| error.text()))
}

/// How bytes are cut into messages and read as text.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-messages")]
pub(crate) struct Messages {
    #[arg(long, value_name = "SPEC", value_parser = framing)]
    frame: Option<Framing>,
    #[arg(long, value_name = "NAME", value_parser = checksum)]
    checksum: Option<Checksum>,
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_frame: Option<usize>,
    #[arg(long, value_name = "NAME", value_parser = charset)]
    pub charset: Option<Charset>,
}

impl Messages {
    /// How messages read as text.
    pub(crate) fn charset(&self) -> Charset {
        self.charset.unwrap_or_default()
    }

    /// Longest message, bytes.
    pub(crate) fn max_frame(&self) -> usize {
        self.max_frame.unwrap_or(Limits::default().max_frame)
    }

    /// The framing, or `otherwise`, with its checksum and limit.
    pub(crate) fn framing(&self, otherwise: Framing) -> Result<Framing, String> {
        let framing = self.frame.clone().unwrap_or(otherwise).with_max(self.max_frame());
        match &self.checksum {
            Some(checksum) => framing.with_checksum(*checksum).map_err(|error| words(&error.text())),
            None => Ok(framing),
        }
    }
}

/// Who watches: people or programs, and how closely.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-display")]
pub(crate) struct Watching {
    #[arg(long)]
    pub json: bool,
    #[arg(long)]
    pub quiet: bool,
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub color: ColorChoice,
}

impl Watching {
    /// What programs and those who want little are shown; the others see `otherwise`.
    pub(crate) fn kind(&self, otherwise: ViewKind) -> ViewKind {
        match (self.json, self.quiet) {
            (true, true) => ViewKind::QuietJson,
            (true, false) => ViewKind::Json,
            (false, true) => ViewKind::Quiet,
            (false, false) => otherwise,
        }
    }

    /// How those who wait are told how far it is.
    pub(crate) fn progress(&self) -> ProgressStyle {
        match (self.quiet, ui::can_redraw()) {
            (true, _) => ProgressStyle::Quiet,
            (false, true) => ProgressStyle::Progress,
            (false, false) => ProgressStyle::Lines,
        }
    }
}

/// Who may connect, how many at once, and how long they have at the stop.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-limits")]
pub(crate) struct Admission {
    #[arg(long, value_name = "CIDR", value_parser = cidr)]
    allow: Vec<Cidr>,
    #[arg(long, value_name = "CIDR", value_parser = cidr)]
    deny: Vec<Cidr>,
    #[arg(long, value_name = "N", value_parser = positive)]
    max_connections: Option<u64>,
    #[arg(long, value_name = "WHAT", value_enum, default_value = "wait", hide_possible_values = true)]
    full: WhenFull,
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = default_of("grace"))]
    grace: Duration,
    #[command(flatten)]
    families: Families,
}

impl Admission {
    /// The bounds it sets; the others are the defaults.
    pub(crate) fn limits(&self) -> Limits {
        let defaults = Limits::default();
        let most = self.max_connections.and_then(|most| usize::try_from(most).ok());
        let full = match self.full {
            WhenFull::Wait => Full::Wait,
            WhenFull::Refuse => Full::Refuse,
        };
        let max_connections = most.unwrap_or(defaults.max_connections);
        Limits { max_connections, full, grace: self.grace, ..defaults }
    }

    /// The family that was asked for.
    pub(crate) fn family(&self) -> Family {
        self.families.family()
    }

    /// Who may connect.
    pub(crate) fn access(self) -> Access {
        Access::new(self.allow, self.deny)
    }
}

/// What becomes of clients for whom there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum WhenFull {
    Wait,
    Refuse,
}

/// What is shown, and how, wherever it goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-display")]
pub(crate) struct Sight {
    #[arg(long, conflicts_with = "json")]
    hex: bool,
    #[arg(long, conflicts_with = "json")]
    text: bool,
    #[command(flatten)]
    watching: Watching,
    #[arg(long)]
    ascii: bool,
    #[arg(long, value_name = "TIME[,clients]", value_parser = figures)]
    stats: Option<StatsPlan>,
    #[arg(long, conflicts_with = "json")]
    parts: bool,
}

impl Sight {
    fn show(&self) -> Show {
        match (self.hex, self.text) {
            (true, true) => Show::Both,
            (true, false) => Show::Hex,
            (false, _) => Show::Text,
        }
    }

    /// What is shown of a run in this role that people see as a transcript, wherever that goes.
    pub(crate) fn display(&self, role: Role) -> Display {
        let kind = self.watching.kind(ViewKind::Transcript);
        let signs = if self.ascii { Signs::Ascii } else { Signs::Unicode };
        let figures = self.stats.map_or(Figures::None, Figures::Told);
        let frames = if self.parts { FrameDetail::Parts } else { FrameDetail::Messages };
        Display { role, kind, show: self.show(), signs, color: self.watching.color, figures, frames }
    }
}

/// What is shown, and how, where received bytes may be the output.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-display")]
pub(crate) struct Appearance {
    #[command(flatten)]
    sight: Sight,
    #[arg(long, conflicts_with_all = ["hex", "text", "json", "parts"])]
    raw: bool,
}

impl Appearance {
    /// What is shown where `ends` lead, of a run in this role.
    pub(crate) fn display(&self, role: Role, ends: Ends, charset: Option<Charset>) -> Display {
        let shown = self.sight.display(role);
        let show = shown.show;
        let form = match (charset, show) {
            _ if self.raw => Form::Bytes,
            (_, Show::Hex) => Form::Hex,
            (_, Show::Both) => Form::Both,
            (Some(_), Show::Text) => Form::Text,
            (None, Show::Text) => Form::Bytes,
        };
        let kind = match shown.kind {
            ViewKind::Quiet if self.raw => ViewKind::QuietRaw,
            ViewKind::Transcript if self.raw || ends.output != End::Terminal => ViewKind::Raw(form),
            kind => kind,
        };
        Display { kind, ..shown }
    }
}

/// Damage on purpose.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-faults")]
struct FaultFlags {
    #[arg(long, value_name = "SPEC")]
    fault: Vec<String>,
    #[arg(long, value_name = "SPEC")]
    up: Vec<String>,
    #[arg(long, value_name = "SPEC")]
    down: Vec<String>,
    #[arg(long, value_name = "N", value_parser = number::<u64>)]
    seed: Option<u64>,
}

/// Damage on purpose, in the order of the command line.
#[derive(Debug)]
pub(crate) struct Faults {
    pub specs: Vec<FaultSpec>,
    texts: Vec<String>,
    pub seed: u64,
}

impl Faults {
    /// Refuses those that do not work on this medium.
    pub(crate) fn fit(&self, medium: Medium) -> Result<(), String> {
        self.specs.iter().try_for_each(|spec| spec.fits(medium).map_err(|e| words(&e.text())))
    }

    /// What to say about them, if there are any.
    pub(crate) fn banner(&self) -> Option<String> {
        (!self.texts.is_empty()).then(|| crate::say::faults(&self.texts.join(" "), self.seed))
    }
}

impl Args for Faults {
    fn augment_args(command: Command) -> Command {
        FaultFlags::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        FaultFlags::augment_args_for_update(command)
    }
}

impl FromArgMatches for Faults {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let flags = FaultFlags::from_arg_matches(matches)?;
        let suffixed = |texts: Vec<String>, suffix: &str| texts.into_iter().map(|t| t + suffix).collect();
        let texts = in_order(
            matches,
            [
                ("fault", flags.fault),
                ("up", suffixed(flags.up, ",dir=up")),
                ("down", suffixed(flags.down, ",dir=down")),
            ],
        );
        let specs: Result<Vec<FaultSpec>, String> = texts
            .iter()
            .map(|text| read(text, |text| FaultSpec::parse(text).map_err(|e| e.text())))
            .collect();
        let specs =
            specs.map_err(|e| clap::Error::raw(clap::error::ErrorKind::ValueValidation, format!("{e}\n")))?;
        Ok(Self { specs, texts, seed: flags.seed.unwrap_or_else(drawn_seed) })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The values of several flags in the order in which they stand on the command line.
pub(crate) fn in_order<T, const N: usize>(matches: &ArgMatches, flags: [(&str, Vec<T>); N]) -> Vec<T> {
    let mut all: Vec<(usize, T)> = Vec::new();
    for (id, values) in flags {
        let indices: Vec<usize> = matches.indices_of(id).map(Iterator::collect).unwrap_or_default();
        all.extend(indices.into_iter().zip(values));
    }
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, value)| value).collect()
}

/// A seed by chance, short enough to be typed again: the standard library's hasher is seeded by the system.
pub(crate) fn drawn_seed() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    let drawn = std::hash::RandomState::new().build_hasher().finish();
    drawn % 1_000_000_000
}

/// Puts together how conversations are conducted.
pub(crate) fn conduct(messages: &Messages, framing: Framing, faults: &Faults, limits: Limits) -> Conduct {
    Conduct {
        framing,
        charset: messages.charset(),
        faults: faults.specs.clone(),
        seed: faults.seed,
        limits: Limits { max_frame: messages.max_frame(), ..limits },
    }
}

/// What a typed line gets appended.
#[derive(Debug, Args)]
pub(crate) struct LineEnd {
    #[arg(long, value_name = "END", value_enum, default_value = "none")]
    eol: Eol,
    #[arg(short = 'C', conflicts_with = "eol")]
    crlf: bool,
}

/// A line end of raw framing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Eol {
    None,
    Lf,
    Crlf,
    Cr,
}

impl LineEnd {
    /// The line end as text.
    ///
    /// # Errors
    /// One was asked for beside a framing, which has its own.
    pub(crate) fn text(&self, framing: &Framing) -> Result<&'static str, String> {
        let text = match self.eol {
            _ if self.crlf => "\r\n",
            Eol::None => "",
            Eol::Lf => "\n",
            Eol::Crlf => "\r\n",
            Eol::Cr => "\r",
        };
        if text.is_empty() || framing.is_raw() { Ok(text) } else { Err(usage::eol_and_frame(framing)) }
    }
}

/// Where it is logged, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-log")]
pub(crate) struct Logging {
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    #[arg(long, value_name = "FORMAT", value_enum, hide_possible_values = true)]
    log_format: Option<LogFormat>,
    #[arg(long, value_name = "SIZE", value_parser = size)]
    log_max: Option<usize>,
}

impl Logging {
    /// The log that was asked for.
    ///
    /// # Errors
    /// How it is to be written was said, and not where.
    pub(crate) fn plan(&self) -> Result<Option<LogPlan>, String> {
        match self {
            Self { log: Some(file), log_format, log_max } => Ok(Some(LogPlan {
                file: file.clone(),
                format: log_format.unwrap_or_default(),
                max: log_max.map(|bytes| bytes as u64),
            })),
            Self { log: None, log_format: None, log_max: None } => Ok(None),
            Self { log: None, .. } => Err(usage::no_log()),
        }
    }
}

/// Which addresses of a name.
#[derive(Debug, Args)]
pub(crate) struct Families {
    #[arg(short = '4', long = "ipv4", conflicts_with = "v6")]
    v4: bool,
    #[arg(short = '6', long = "ipv6")]
    v6: bool,
}

impl Families {
    /// The family that was asked for.
    pub(crate) fn family(&self) -> Family {
        match (self.v4, self.v6) {
            (true, _) => Family::V4,
            (_, true) => Family::V6,
            (false, false) => Family::Any,
        }
    }
}
