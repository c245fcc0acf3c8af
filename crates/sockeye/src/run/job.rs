//! What is to be run: a plan, who types, what is shown and what is logged.

use std::path::PathBuf;

use sockeye_core::{
    address::Address,
    charset::Charset,
    event::Eyes,
    frame::Framing,
    limit::Limits,
    plan::{ConnectPlan, GetPlan, ListenPlan, ServePlan},
};
use sockeye_net::Clock;

use crate::{
    ui::{self, input::Typing},
    view::{
        Colours, Looks, Offer, Role, Show, Signs, View,
        download::{Downloads, Manner},
        json::Json,
        log::Log,
        quiet::{Quiet, QuietJson, QuietRaw},
        raw::{Form, Raw},
        transcript::Transcript,
    },
};

/// Everything there is to do.
#[derive(Debug)]
pub(crate) struct Job {
    /// What the engine does.
    pub plan: Plan,
    /// What is shown.
    pub display: Display,
    /// Who types.
    pub typing: Typing,
    /// What is said before anything happens.
    pub banner: Option<String>,
    /// Where it is logged, if it is.
    pub log: Option<LogPlan>,
    /// What it is called in its job file.
    pub name: Option<String>,
    /// The place of the job that has to listen before this one begins.
    pub after: Option<usize>,
}

/// Where a job is logged, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogPlan {
    /// The file, which is appended to.
    pub file: PathBuf,
    /// What an event looks like in it.
    pub format: LogFormat,
    /// Above so many bytes it is begun anew, and the one before is kept as FILE.1; no limit where there is none.
    pub max: Option<u64>,
}

/// What an event looks like in a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LogFormat {
    /// As the transcript shows it, whole, with the date and the peer; what is no text as hex too.
    #[default]
    Text,
    /// The same with everything as hex.
    Hex,
    /// As `--json` writes it.
    Json,
}

/// A plan of either command.
#[derive(Clone, Debug)]
pub(crate) enum Plan {
    /// Talk to a server.
    Connect(ConnectPlan),
    /// Stand one up.
    Listen(ListenPlan),
    /// Offer a folder.
    Serve(ServePlan),
    /// Fetch files.
    Get(GetPlan),
}

impl Plan {
    pub(super) fn address(&self) -> &Address {
        match self {
            Self::Connect(plan) => &plan.target,
            Self::Listen(plan) => &plan.address,
            Self::Serve(plan) => &plan.address,
            Self::Get(plan) => &plan.target,
        }
    }

    /// How messages read as text and how they are cut.
    fn reading(&self) -> (Charset, Framing) {
        match self {
            Self::Connect(ConnectPlan { conduct, .. }) | Self::Listen(ListenPlan { conduct, .. }) => {
                (conduct.charset, conduct.framing.clone())
            }
            Self::Serve(_) | Self::Get(_) => (Charset::utf8(), Framing::raw()),
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        match self {
            Self::Connect(ConnectPlan { conduct, .. }) | Self::Listen(ListenPlan { conduct, .. }) => {
                &conduct.limits
            }
            Self::Serve(plan) => &plan.limits,
            Self::Get(plan) => &plan.limits,
        }
    }

    fn offer(&self) -> Option<Offer> {
        match self {
            Self::Serve(plan) => {
                let folder = std::path::absolute(&plan.folder).unwrap_or_else(|_| plan.folder.clone());
                Some(Offer { folder: folder.display().to_string(), dialects: plan.dialects })
            }
            Self::Connect(_) | Self::Listen(_) | Self::Get(_) => None,
        }
    }
}

/// Which view is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// For people at a terminal.
    Transcript,
    /// Received data.
    Raw(Form),
    /// For programs.
    Json,
    /// Received data and failures.
    QuietRaw,
    /// Only failures.
    Quiet,
    /// For programs that want little.
    QuietJson,
    /// Files on their way.
    Download(Manner),
}

/// What is shown, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Display {
    /// Which command it is.
    pub role: Role,
    /// Which view.
    pub sight: Sight,
    /// Text, hex or both.
    pub show: Show,
    /// Arrows or ASCII.
    pub signs: Signs,
    /// What was said about colours.
    pub color: clap::ColorChoice,
}

impl Display {
    pub(super) fn eyes(self) -> Eyes {
        match self.sight {
            Sight::Transcript | Sight::Raw(_) | Sight::QuietRaw | Sight::Json | Sight::Download(_) => {
                Eyes::Open
            }
            Sight::Quiet | Sight::QuietJson => Eyes::Closed,
        }
    }

    /// Whether what is received goes to standard output as data, which somebody may keep.
    pub(super) fn is_data(self) -> bool {
        matches!(self.sight, Sight::Raw(_) | Sight::QuietRaw)
    }

    pub(super) fn is_for_programs(self) -> bool {
        matches!(self.sight, Sight::Json | Sight::QuietJson)
    }

    pub(super) fn is_quiet(self) -> bool {
        matches!(
            self.sight,
            Sight::Quiet | Sight::QuietRaw | Sight::QuietJson | Sight::Download(Manner::Quiet)
        )
    }
}

impl Job {
    /// Whether anybody looks at single messages.
    pub(super) fn eyes(&self) -> Eyes {
        if self.log.is_some() { Eyes::Open } else { self.display.eyes() }
    }

    /// What every view needs to know of it.
    fn looks(&self, clock: &Clock) -> Looks {
        let (charset, framing) = self.plan.reading();
        let Display { role, show, signs, color, .. } = self.display;
        Looks {
            wall: clock.wall().clone(),
            job: self.name.clone(),
            role,
            address: self.plan.address().clone(),
            charset,
            framing,
            show,
            signs,
            colours: ui::colours(color),
            offer: self.plan.offer(),
        }
    }

    /// What the screen shows.
    pub(super) fn view(&self, clock: &Clock) -> Box<dyn View> {
        let looks = self.looks(clock);
        match self.display.sight {
            Sight::Transcript => Box::new(Transcript::new(looks)),
            Sight::Raw(form) => Box::new(Raw::new(looks, form)),
            Sight::Json => Box::new(Json::new(looks)),
            Sight::QuietRaw => Box::new(QuietRaw(Raw::new(looks, Form::Bytes))),
            Sight::Quiet => Box::new(Quiet { job: looks.job }),
            Sight::QuietJson => Box::new(QuietJson(Json::quiet(looks))),
            Sight::Download(manner) => Box::new(Downloads::new(manner)),
        }
    }

    /// What the log holds.
    pub(super) fn log_view(&self, format: LogFormat, clock: &Clock) -> Box<dyn View> {
        let looks = Looks { colours: Colours::Off, ..self.looks(clock) };
        match format {
            LogFormat::Json => Box::new(Json::quiet(looks)),
            LogFormat::Text => Box::new(Log::new(Looks { show: Show::Text, ..looks })),
            LogFormat::Hex => Box::new(Log::new(Looks { show: Show::Hex, ..looks })),
        }
    }
}
