//! The commands of consoles, as data: help, completion and reading come from this table.
//! Never reads a line.

use sockeye_core::unit::Medium;

use super::{keyed, page, say};

/// At whose console somebody types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConsoleRole {
    /// A client's.
    Connect,
    /// A server's.
    Listen,
    /// A relay's.
    Relay,
}

/// What a command is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// Whom what follows is for.
    To,
    /// The same for everybody.
    All,
    /// Bytes, framed.
    Hex,
    /// Bytes as they are, past the framing.
    Raw,
    /// A file's bytes.
    File,
    /// What follows, again and again.
    Every,
    /// No more of that.
    Stop,
    /// A saved message.
    Quick,
    /// Whom a line is for that names nobody.
    Use,
    /// What a conversation is called.
    Name,
    /// Who is connected.
    List,
    /// What the kernel knows.
    Info,
    /// Half-close.
    Half,
    /// Close.
    Close,
    /// Reset.
    Reset,
    /// Text, hex or both.
    View,
    /// How messages read as text.
    Charset,
    /// Where all is logged.
    Log,
    /// What passes.
    Stats,
    /// One more fault.
    Fault,
    /// Which faults there are.
    Faults,
    /// No faults any more.
    Clear,
    /// Which commands there are.
    Help,
    /// Leave.
    Quit,
}

/// What follows a command's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Argument {
    /// Conversations, by numbers and names.
    Whom,
    /// The same, or `all`, or `last`.
    Choice,
    /// A text, or a command in its place.
    Speech,
    /// A time.
    Period,
    /// A saved message.
    Quick,
    /// `text`, `hex` or `both`.
    Show,
    /// A charset.
    Charset,
    /// Something that cannot be completed.
    Other,
}

/// Where a command may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stands {
    /// At the beginning of a line.
    First,
    /// In the place of a text too.
    Within,
}

/// One command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CommandRow {
    /// What it does.
    pub verb: Verb,
    /// As it is typed, without the slash.
    pub word: &'static str,
    /// With what it takes, as help shows it.
    pub form: &'static str,
    /// The key of what help says.
    pub about: &'static str,
    /// At whose consoles there is such a command.
    pub roles: &'static [ConsoleRole],
    /// The medium that it is for, where it is not for both.
    pub medium: Option<Medium>,
    /// Where it may stand.
    pub stands: Stands,
    /// What follows its word.
    pub arguments: &'static [Argument],
}

impl CommandRow {
    /// Whether there is such a command in this kind of session.
    #[must_use]
    pub(crate) fn is_at(&self, role: ConsoleRole) -> bool {
        self.roles.contains(&role)
    }
}

const TALK: &[ConsoleRole] = &[ConsoleRole::Connect, ConsoleRole::Listen];
const RELAY: &[ConsoleRole] = &[ConsoleRole::Relay];
const ALL: &[ConsoleRole] = &[ConsoleRole::Connect, ConsoleRole::Listen, ConsoleRole::Relay];

const fn row(
    verb: Verb,
    [word, form, about]: [&'static str; 3],
    roles: &'static [ConsoleRole],
    arguments: &'static [Argument],
) -> CommandRow {
    let stands = match verb {
        Verb::To | Verb::All | Verb::Hex | Verb::Raw | Verb::File | Verb::Every | Verb::Quick => {
            Stands::Within
        }
        _ => Stands::First,
    };
    let medium = match verb {
        Verb::Half | Verb::Reset => Some(Medium::Stream),
        _ => None,
    };
    CommandRow { verb, word, form, about, roles, medium, stands, arguments }
}

/// All of them, in the order of help.
pub(crate) const COMMANDS: [CommandRow; 25] = [
    row(Verb::To, ["to", "/to 2,DTU TEXT", "console-to"], TALK, &[Argument::Whom, Argument::Speech]),
    row(Verb::All, ["all", "/all TEXT", "console-all"], TALK, &[Argument::Speech]),
    row(Verb::Hex, ["hex", "/hex 01 03 0A", "console-hex"], TALK, &[Argument::Other]),
    row(Verb::Raw, ["raw", "/raw 7E 01", "console-raw"], TALK, &[Argument::Other]),
    row(Verb::File, ["file", "/file PATH", "console-file"], TALK, &[Argument::Other]),
    row(
        Verb::Every,
        ["every", "/every 1s TEXT", "console-every"],
        TALK,
        &[Argument::Period, Argument::Speech],
    ),
    row(Verb::Stop, ["stop", "/stop [2]", "console-stop"], TALK, &[Argument::Whom]),
    row(Verb::Quick, ["quick", "/quick [NAME]", "console-quick"], TALK, &[Argument::Quick]),
    row(Verb::Use, ["use", "/use 2|all|last", "console-use"], TALK, &[Argument::Choice]),
    row(Verb::Name, ["name", "/name 2 NAME", "console-name"], TALK, &[Argument::Whom, Argument::Other]),
    row(Verb::List, ["list", "/list", "console-list"], TALK, &[]),
    row(Verb::Info, ["info", "/info 2", "console-info"], TALK, &[Argument::Whom]),
    row(Verb::Half, ["half", "/half 2", "console-half"], TALK, &[Argument::Whom]),
    row(Verb::Close, ["close", "/close 2", "console-close"], TALK, &[Argument::Whom]),
    row(Verb::Close, ["kick", "/kick 2", "console-kick"], &[ConsoleRole::Listen], &[Argument::Whom]),
    row(Verb::Reset, ["reset", "/reset 2", "console-reset"], TALK, &[Argument::Whom]),
    row(Verb::Fault, ["fault", "/fault latency=100ms", "console-fault"], RELAY, &[Argument::Other]),
    row(Verb::Faults, ["faults", "/faults", "console-faults"], RELAY, &[]),
    row(Verb::Clear, ["clear", "/clear", "console-clear"], RELAY, &[]),
    row(Verb::View, ["view", "/view text|hex|both", "console-view"], ALL, &[Argument::Show]),
    row(Verb::Charset, ["charset", "/charset gbk", "console-charset"], ALL, &[Argument::Charset]),
    row(Verb::Log, ["log", "/log FILE|off", "console-log"], ALL, &[Argument::Other]),
    row(Verb::Stats, ["stats", "/stats [1s|off]", "console-stats"], ALL, &[Argument::Other]),
    row(Verb::Help, ["help", "/help", "console-help"], ALL, &[]),
    row(Verb::Quit, ["quit", "/quit", "console-quit"], ALL, &[]),
];

/// `/help` at a prompt.
#[must_use]
pub(crate) fn help(role: ConsoleRole, medium: Medium) -> String {
    let (before, behind) = match role {
        ConsoleRole::Connect => (say!("console-help-connect"), say!("console-help-connect-end")),
        ConsoleRole::Listen => (say!("console-help-listen"), say!("console-help-end")),
        ConsoleRole::Relay => (say!("console-help-relay"), say!("console-help-end")),
    };
    let there = |row: &&CommandRow| row.is_at(role) && row.medium.is_none_or(|its| its == medium);
    let folded = |text: &str| page::folded(text, page::PAGE_WIDTH);
    format!("{}\n{}\n{}", folded(&before), table(there), folded(&behind))
}

/// The commands of consoles that talk, and those that only a relay has, for `sockeye help console`.
#[must_use]
pub(crate) fn topic() -> String {
    let relay = table(|row| row.roles == RELAY);
    format!(
        "{}\n{}\n\n{}\n{relay}",
        say!("console-topic"),
        table(|row| row.roles != RELAY),
        say!("console-topic-relay")
    )
}

fn table(there: impl FnMut(&&CommandRow) -> bool) -> String {
    let rows = COMMANDS.iter().filter(there).map(|row| (row.form.to_owned(), keyed(row.about)));
    page::table(&rows.collect::<Vec<_>>(), page::PAGE_WIDTH).trim_end().to_owned()
}
