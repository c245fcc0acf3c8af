//! `sockeye listen`: arguments to a plan for standing a server up.
//! Never binds.

use std::time::Duration;

use clap::Args;
use sockeye_core::{
    address::{Address, Host},
    behaviour::{Awaits, Growth, Reply},
    frame::Framing,
    limit::{Limits, OPERATOR_PATIENCE},
    plan::{Amplification, Clients, Console, ListenPlan},
    unit::{Medium, Side},
};

use super::{
    common::{Admission, Appearance, Faults, LineEnd, Logging, Messages, conduct, patience, positive},
    connect::piped,
    device::reply_by,
    keep::Keeping,
    outline::{End, Ends, Wrong},
    service::address_or,
};
use crate::{
    run::{Job, Plan, ViewKind},
    say::{usage, words},
    ui::input::{LastWord, Source, Typing},
    view::Role,
};
use sockeye_net::To;

/// Arguments of `listen`.
#[derive(Debug, Args)]
pub(crate) struct Listen {
    #[arg(value_name = "ADDR")]
    address: String,
    #[arg(value_name = "PORT")]
    port: Option<String>,
    #[command(flatten)]
    answering: Answering,
    #[command(flatten)]
    messages: Messages,
    #[command(flatten)]
    appearance: Appearance,
    #[command(flatten)]
    bounds: Bounds,
    #[command(flatten)]
    faults: Faults,
    #[command(flatten)]
    logging: Logging,
    #[command(flatten)]
    pub keeping: Keeping,
}

/// What it answers.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-answering")]
struct Answering {
    #[arg(long, value_name = "REPLY")]
    reply: Option<String>,
    #[command(flatten)]
    line_end: LineEnd,
    #[arg(long)]
    commands: bool,
    #[arg(long)]
    once: bool,
    #[arg(long)]
    allow_amplification: bool,
}

/// Who may connect, and how much of everything.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-limits")]
struct Bounds {
    #[arg(long, value_name = "TIME", value_parser = patience)]
    idle_timeout: Option<Duration>,
    #[arg(long, value_name = "N", value_parser = positive)]
    rate: Option<u64>,
    #[command(flatten)]
    admission: Admission,
}

impl Listen {
    /// The job, or why there is none.
    pub(crate) fn job(self, ends: Ends) -> Result<Job, Wrong> {
        let log = self.logging.plan()?;
        let address = self.address()?;
        let charset = self.messages.charset();
        let reply = match &self.answering.reply {
            Some(spec) => Some(reply_by(spec, charset)?),
            None => None,
        };
        let own = reply.as_ref().and_then(|reply| reply.framing);
        let own = own.map_or(Ok(Framing::raw()), Framing::parse).map_err(|e| words(&e.text()))?;
        let framing = self.messages.framing(own)?.on_side(Side::Server);
        let eol = self.answering.line_end.text(&framing)?;
        let display = self.appearance.display(Role::Listen, ends, self.messages.charset);
        let is_datagram = matches!(address, Address::Udp { .. });
        self.faults.fit(address.medium())?;
        if self.answering.once && is_datagram {
            return Err(usage::once_is_for_connections().into());
        }
        let source = match (self.answering.types(reply.as_ref(), ends), ends.input) {
            (Types::Nothing, _) => Source::None,
            (Types::Data, End::Other) => piped(&framing, is_datagram, eol),
            (Types::Data | Types::Commands, _) => keyboard(ends, display.kind),
        };
        let console = console(source);
        let clients = if self.answering.once { Clients::First } else { Clients::All };
        // A pipe has no second thoughts.
        let patience = match (console, ends.input) {
            (Console::Operator, End::Terminal) => OPERATOR_PATIENCE,
            _ => Duration::ZERO,
        };
        let conduct = conduct(&self.messages, framing.clone(), &self.faults, self.bounds.limits());
        Ok(Job {
            logs: log.into_iter().collect(),
            name: None,
            after: None,
            banner: self.banner(&address, reply.as_ref()),
            typing: Typing {
                source,
                role: Role::Listen,
                charset,
                eol,
                to: To::All,
                last_word: match clients {
                    Clients::First => LastWord::Always,
                    Clients::All => LastWord::BehindWords,
                },
                framing,
                medium: if is_datagram { Medium::Datagram } else { Medium::Stream },
                seed: conduct.seed,
                quick_file: None,
            },
            plan: Plan::Listen(ListenPlan {
                address,
                family: self.bounds.admission.family(),
                reply: reply.unwrap_or_else(|| match (console, clients) {
                    (Console::Pipe, Clients::First) => Reply::piped(Awaits::More),
                    (Console::Pipe, Clients::All) => Reply::piped(Awaits::Nothing),
                    (Console::None | Console::Operator, _) => Reply::operator(patience),
                }),
                console,
                clients,
                access: self.bounds.admission.access(),
                amplification: self.answering.amplification(),
                conduct,
            }),
            display: display.typed_at(source),
        })
    }
}

impl Listen {
    fn address(&self) -> Result<Address, String> {
        let address = address_or(&self.address, self.port.as_deref(), |word| match &self.answering.reply {
            None => usage::reply_word(word),
            Some(_) => usage::quotes(),
        })?;
        match address {
            Address::Stdio => Err(usage::not_for("-", usage::stdio_is_no_peer())),
            address => Ok(address),
        }
    }
}

/// What somebody at our side types.
enum Types {
    Nothing,
    Data,
    Commands,
}

impl Answering {
    fn types(&self, reply: Option<&Reply>, ends: Ends) -> Types {
        match (reply, ends.input) {
            (_, End::Nobody) => Types::Nothing,
            // Whoever is named by a rule can be spoken to by that name; other responders have the word to themselves. In the
            // background of a shell, rules go on alone.
            (Some(reply), End::Terminal) if reply.gives_names() && sockeye_sys::is_in_foreground() => {
                Types::Commands
            }
            _ if self.commands => Types::Commands,
            (Some(_), _) => Types::Nothing,
            (None, _) => Types::Data,
        }
    }

    fn amplification(&self) -> Amplification {
        if self.allow_amplification { Amplification::Allow } else { Amplification::Refuse }
    }
}

/// Who answers clients, by where words come from.
fn console(source: Source) -> Console {
    match source {
        Source::None => Console::None,
        Source::Chunks | Source::Messages => Console::Pipe,
        Source::Commands | Source::Editor => Console::Operator,
    }
}

/// Who gives commands.
fn keyboard(ends: Ends, kind: ViewKind) -> Source {
    let edits = ends.both_terminals() && kind == ViewKind::Transcript;
    if edits { Source::Editor } else { Source::Commands }
}

impl Listen {
    /// What is to be known before anything happens.
    fn banner(&self, address: &Address, reply: Option<&Reply>) -> Option<String> {
        let amplifies = reply.is_some_and(|reply| reply.growth == Growth::Amplifies);
        let is_open = match address.host() {
            Some(Host::Any) => true,
            Some(Host::Ip(ip, _)) => !ip.is_loopback(),
            Some(Host::Name(name)) => name != "localhost",
            Some(Host::Unspecified) | None => false,
        };
        let is_udp = matches!(address, Address::Udp { .. });
        let warns = self.answering.allow_amplification && amplifies && is_open && is_udp;
        let warning = warns.then(usage::amplifies);
        let lines: Vec<String> = warning.into_iter().chain(self.faults.banner()).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

impl Bounds {
    fn limits(&self) -> Limits {
        Limits { idle_timeout: self.idle_timeout, rate: self.rate, ..self.admission.limits() }
    }
}
