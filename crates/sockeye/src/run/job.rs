//! What is to be run: a plan, who types, what is shown and what is logged.

use std::{net::SocketAddr, path::PathBuf};

use sockeye_core::{
    address::Address,
    charset::Charset,
    event::{EventDetail, Failure, Kind, Operation},
    frame::Framing,
    limit::Limits,
    plan::{
        BenchPlan, CheckPlan, ConnectPlan, Consent, GetPlan, ListenPlan, ProbePlan, RelayPlan, ServePlan,
    },
};
use sockeye_net::{Clock, Report, RunContext};

use super::hook;
use crate::{
    api,
    meter::{Meter, StatsPlan},
    monitor,
    say::{self, Admits},
    ui::{
        self, Assent,
        input::{Source, Typing},
    },
    view::{
        Colours, FrameDetail, Offer, Role, Show, Signs, View, ViewContext,
        bench::Benches,
        check::Checks,
        curve::Drawing,
        download::{Downloads, ProgressStyle},
        hdr::HdrLog,
        json::Json,
        junit::Junit,
        log::Log,
        probe::{ProbeForm, Probing},
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
    pub logs: Vec<LogPlan>,
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
    /// JUnit's XML, whole at the end: of `check` alone.
    #[value(skip)]
    Junit,
    /// HdrHistogram's log, a line a second: of `bench` alone.
    #[value(skip)]
    Hdr,
    /// A drawing of latency by percentile, whole at the end: of `bench` alone.
    #[value(skip)]
    Svg,
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
    /// Stand between two ends.
    Relay(RelayPlan),
    /// Try a receiver.
    Check(CheckPlan),
    /// Try targets again and again.
    Probe(Box<ProbePlan>),
    /// Put a load on a server.
    Bench(BenchPlan),
}

impl Plan {
    /// Runs it.
    pub(super) async fn start(self, context: RunContext) -> Result<Report, Failure> {
        match self {
            Self::Connect(plan) => Box::pin(sockeye_net::run::connect(plan, context)).await,
            Self::Listen(plan) => Box::pin(sockeye_net::run::listen(plan, context)).await,
            Self::Serve(plan) => Box::pin(sockeye_files::serve(plan, context)).await,
            Self::Get(plan) => Box::pin(sockeye_files::get(plan, context)).await,
            Self::Relay(plan) => Box::pin(relay(plan, context)).await,
            Self::Check(plan) => Box::pin(sockeye_net::run::check(plan, context)).await,
            Self::Probe(plan) => Box::pin(probe(*plan, context)).await,
            Self::Bench(plan) => Box::pin(bench(plan, context)).await,
        }
    }

    pub(super) fn address(&self) -> &Address {
        match self {
            Self::Connect(plan) => &plan.target,
            Self::Listen(plan) => &plan.address,
            Self::Serve(plan) => &plan.address,
            Self::Get(plan) => &plan.target,
            Self::Relay(plan) => plan.shown(),
            Self::Check(plan) => plan.tested.address(),
            Self::Probe(plan) => plan.targets.first().unwrap_or(&Address::Stdio),
            Self::Bench(plan) => &plan.target,
        }
    }

    /// How messages read as text and how they are cut.
    fn reading(&self) -> (Charset, Framing) {
        match self {
            Self::Connect(ConnectPlan { conduct, .. })
            | Self::Listen(ListenPlan { conduct, .. })
            | Self::Relay(RelayPlan { conduct, .. })
            | Self::Bench(BenchPlan { conduct, .. })
            | Self::Check(CheckPlan { conduct, .. }) => (conduct.charset, conduct.framing.clone()),
            Self::Probe(plan) => (plan.conduct.charset, plan.conduct.framing.clone()),
            Self::Serve(_) | Self::Get(_) => (Charset::utf8(), Framing::raw()),
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        match self {
            Self::Connect(ConnectPlan { conduct, .. })
            | Self::Listen(ListenPlan { conduct, .. })
            | Self::Relay(RelayPlan { conduct, .. })
            | Self::Bench(BenchPlan { conduct, .. })
            | Self::Check(CheckPlan { conduct, .. }) => &conduct.limits,
            Self::Probe(plan) => &plan.conduct.limits,
            Self::Serve(plan) => &plan.limits,
            Self::Get(plan) => &plan.limits,
        }
    }

    fn admits(&self) -> Admits {
        match self {
            Self::Listen(ListenPlan { access, .. })
            | Self::Serve(ServePlan { access, .. })
            | Self::Relay(RelayPlan { access, .. })
                if access.is_listed() =>
            {
                Admits::Listed
            }
            _ => Admits::Everybody,
        }
    }

    fn offer(&self) -> Option<Offer> {
        match self {
            Self::Serve(plan) => {
                let folder = std::path::absolute(&plan.folder).unwrap_or_else(|_| plan.folder.clone());
                Some(Offer { folder: folder.display().to_string(), dialects: plan.dialects })
            }
            Self::Connect(_)
            | Self::Listen(_)
            | Self::Get(_)
            | Self::Relay(_)
            | Self::Check(_)
            | Self::Probe(_)
            | Self::Bench(_) => None,
        }
    }
}

/// Runs a relay, and its API if it has one.
async fn relay(plan: RelayPlan, context: RunContext) -> Result<Report, Failure> {
    let (api, access, family) = (plan.api.clone(), plan.access.clone(), plan.family);
    let manage = async |relays| match api {
        Some(api) => api::offer(relays, api, access, family).await,
        None => Ok(()),
    };
    sockeye_net::run::relay(plan, context, manage).await
}

/// Runs probes, and beside them the program that hears of changes.
async fn probe(plan: ProbePlan, context: RunContext) -> Result<Report, Failure> {
    let manage = async |probes| {
        let told = async {
            hook::tell_changes(&probes).await;
            Ok(())
        };
        // Where nobody can listen nothing is probed either.
        tokio::try_join!(told, monitor::report(probes.clone())).map(|_| ())
    };
    sockeye_net::run::probe(plan, context, manage).await
}

/// Loads a server, once whoever is at the terminal has agreed where somebody has to.
async fn bench(plan: BenchPlan, context: RunContext) -> Result<Report, Failure> {
    let consent = plan.consent;
    let agree = |addresses: Vec<SocketAddr>| async move { agreed(consent, &addresses).await };
    sockeye_net::run::bench(plan, context, agree).await
}

/// # Errors
/// There are other machines to be loaded, and nobody has agreed to that.
async fn agreed(consent: Consent, addresses: &[SocketAddr]) -> Result<(), Failure> {
    let other = addresses.iter().find(|address| !address.ip().to_canonical().is_loopback());
    let (Some(other), Consent::Asked) = (other, consent) else { return Ok(()) };
    let refused = |why| Failure::new(Operation::Prepare, other.to_string(), Kind::Usage, why);
    match ui::ask(say::bench::may_load(*other)).await {
        Assent::Yes => Ok(()),
        Assent::No => Err(refused(say::bench::declined())),
        Assent::Nobody => Err(refused(say::bench::nobody_agrees()).hint(say::bench::nobody_agrees_hint())),
    }
}

/// Which view is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ViewKind {
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
    Download(ProgressStyle),
    /// How a receiver is tried.
    Check(ProgressStyle),
    /// How targets are.
    Probe(ProbeForm),
    /// What a load comes to.
    Bench(ProgressStyle),
}

/// What is shown, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Display {
    /// Which command it is.
    pub role: Role,
    /// Which view.
    pub kind: ViewKind,
    /// Text, hex or both.
    pub show: Show,
    /// Arrows or ASCII.
    pub signs: Signs,
    /// What was said about colours.
    pub color: clap::ColorChoice,
    /// Which figures are told.
    pub figures: Figures,
    /// Messages, or the parts of their frames too.
    pub frames: FrameDetail,
}

impl Display {
    /// Of a command whose conversations are not looked at one by one.
    pub(crate) fn of_results(role: Role, kind: ViewKind, color: clap::ColorChoice) -> Self {
        let (show, signs) = (Show::Text, Signs::Unicode);
        Self { role, kind, show, signs, color, figures: Figures::None, frames: FrameDetail::Messages }
    }
}

/// Which figures are told of what passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Figures {
    /// None, and nobody can ask.
    #[default]
    None,
    /// None until somebody asks.
    Asked,
    /// These.
    Told(StatsPlan),
}

impl Display {
    /// The same where what is typed comes from `source`: whoever types commands can ask for figures.
    #[must_use]
    pub(crate) fn typed_at(self, source: Source) -> Self {
        let figures = match (self.figures, source) {
            (Figures::None, Source::Editor | Source::Commands) => Figures::Asked,
            (figures, _) => figures,
        };
        Self { figures, ..self }
    }

    pub(super) fn detail(self) -> EventDetail {
        match self.kind {
            ViewKind::Transcript
            | ViewKind::Raw(_)
            | ViewKind::QuietRaw
            | ViewKind::Json
            | ViewKind::Download(_)
            | ViewKind::Check(_)
            | ViewKind::Probe(_)
            | ViewKind::Bench(_) => EventDetail::Messages,
            ViewKind::Quiet | ViewKind::QuietJson => EventDetail::Summary,
        }
    }

    /// Whether what is received goes to standard output as data, which somebody may keep.
    pub(super) fn is_data(self) -> bool {
        matches!(self.kind, ViewKind::Raw(_) | ViewKind::QuietRaw)
    }

    pub(super) fn is_for_programs(self) -> bool {
        matches!(self.kind, ViewKind::Json | ViewKind::QuietJson)
    }

    pub(super) fn is_quiet(self) -> bool {
        matches!(
            self.kind,
            ViewKind::Quiet
                | ViewKind::QuietRaw
                | ViewKind::QuietJson
                | ViewKind::Download(ProgressStyle::Quiet)
        )
    }
}

impl Job {
    /// Whether anybody looks at single messages.
    pub(super) fn detail(&self) -> EventDetail {
        match self.display.figures {
            Figures::Told(_) => EventDetail::Wire,
            Figures::Asked if self.display.detail() == EventDetail::Messages => EventDetail::Wire,
            _ if !self.logs.is_empty() => EventDetail::Messages,
            _ => self.display.detail(),
        }
    }

    /// What counts what passes, where that is told.
    pub(super) fn meter(&self, clock: &Clock) -> Option<Meter> {
        match self.display.figures {
            Figures::None => None,
            Figures::Asked => Some(Meter::new(clock.clone(), None)),
            Figures::Told(plan) => Some(Meter::new(clock.clone(), Some(plan))),
        }
    }

    /// What every view needs to know of it.
    fn context(&self, clock: &Clock) -> ViewContext {
        let (charset, framing) = self.plan.reading();
        let Display { role, show, signs, color, frames, .. } = self.display;
        ViewContext {
            wall: clock.wall().clone(),
            job: self.name.clone(),
            role,
            address: self.plan.address().clone(),
            charset,
            framing,
            show,
            frames,
            signs,
            colours: ui::colours(color),
            admits: self.plan.admits(),
            offer: self.plan.offer(),
        }
    }

    /// What the screen shows.
    pub(super) fn view(&self, clock: &Clock) -> Box<dyn View> {
        let context = self.context(clock);
        match self.display.kind {
            ViewKind::Transcript => Box::new(Transcript::new(context)),
            ViewKind::Raw(form) => Box::new(Raw::new(context, form)),
            ViewKind::Json => Box::new(Json::new(context)),
            ViewKind::QuietRaw => Box::new(QuietRaw(Raw::new(context, Form::Bytes))),
            ViewKind::Quiet => Box::new(Quiet { job: context.job }),
            ViewKind::QuietJson => Box::new(QuietJson(Json::quiet(context))),
            ViewKind::Download(manner) => Box::new(Downloads::new(manner)),
            ViewKind::Bench(manner) => Box::new(Benches::new(manner)),
            ViewKind::Check(manner) => Box::new(Checks::new(&context, manner)),
            ViewKind::Probe(form) => Box::new(Probing::new(context, form, ui::terminal_size)),
        }
    }

    /// What the log holds.
    pub(super) fn log_view(&self, format: LogFormat, clock: &Clock) -> Box<dyn View> {
        self.log_maker(format, clock)()
    }

    /// The same for logs that begin while it runs.
    pub(super) fn log_maker(
        &self,
        format: LogFormat,
        clock: &Clock,
    ) -> impl Fn() -> Box<dyn View> + Send + use<> {
        let context = ViewContext { colours: Colours::Off, ..self.context(clock) };
        move || {
            let context = context.clone();
            match format {
                LogFormat::Json => Box::new(Json::quiet(context)) as Box<dyn View>,
                LogFormat::Hdr => Box::new(HdrLog::new(context)),
                LogFormat::Svg => Box::new(Drawing),
                LogFormat::Junit => Box::new(Junit::new(context.address.to_string())),
                LogFormat::Text => Box::new(Log::new(ViewContext { show: Show::Text, ..context })),
                LogFormat::Hex => Box::new(Log::new(ViewContext { show: Show::Hex, ..context })),
            }
        }
    }
}
