//! The table of responders: what `--reply` can be, and how each is made.
//! Never reads a file: the text of a rules file is handed in.

use std::{fmt, sync::Arc, time::Duration};

use sockeye_text::{Text, text};
use thiserror::Error;

use super::{
    Behaviour,
    chat::Chat,
    respond::{Awaits, Chargen, Daytime, Discard, Echo, Operator, Piped, Saying, Stamp},
    rules::Ruled,
};
use crate::{
    address::nearest::nearest,
    charset::Charset,
    rule::{Rules, Template},
};

/// How large an answer can be beside its question, for datagrams that anybody may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// Never larger than the question.
    Bounded,
    /// Can be larger than three times the question.
    Amplifies,
}

type Start = Arc<dyn Fn() -> Box<dyn Behaviour> + Send + Sync>;

/// What a listener answers.
#[derive(Clone)]
pub struct Reply {
    /// Its name in the table.
    pub name: &'static str,
    /// How large its answers can be.
    pub growth: Growth,
    /// The framing it has unless told otherwise.
    pub framing: Option<&'static str>,
    // As it was written.
    spec: String,
    start: Start,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spec)
    }
}

/// The responder that lets clients hear each other.
const SHARED: &str = "chat";

/// One kind of responder.
pub struct ReplyRow {
    /// Its name.
    pub name: &'static str,
    /// How it is written.
    pub form: &'static str,
    /// What it does: the key of a sentence.
    pub about: &'static str,
    make: fn(Option<&str>, Charset, Load<'_>) -> Result<Reply, Text>,
}

impl ReplyRow {
    /// Whether conversations hear from each other, which takes a server.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.name == SHARED
    }
}

impl fmt::Debug for ReplyRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Reads a file for the responder that needs one; the error is a sentence for people.
pub type Load<'a> = &'a dyn Fn(&str) -> Result<String, Text>;

/// Why a `--reply` was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
pub struct ReplyError {
    spec: String,
    problem: Text,
}

impl ReplyError {
    /// The same, in one sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        text!("labelled", what = format!("--reply '{}'", self.spec), detail = self.problem.clone())
    }
}

fn plain<B: Behaviour + 'static>(
    name: &'static str,
    growth: Growth,
    argument: Option<&str>,
    start: impl Fn() -> B + Send + Sync + 'static,
) -> Result<Reply, Text> {
    match argument {
        Some(_) => Err(text!("reply-takes-nothing", name = name)),
        None => Ok(Reply {
            name,
            growth,
            framing: None,
            spec: name.to_owned(),
            start: Arc::new(move || Box::new(start())),
        }),
    }
}

/// The table of responders.
pub const REPLIES: &[ReplyRow] = &[
    ReplyRow {
        name: "echo",
        form: "echo",
        about: "about-reply-echo",
        make: |argument, _, _| plain("echo", Growth::Bounded, argument, || Echo),
    },
    ReplyRow {
        name: "time",
        form: "time",
        about: "about-reply-time",
        make: |argument, _, _| plain("time", Growth::Amplifies, argument, || Stamp::Rfc3339),
    },
    ReplyRow {
        name: "ctime",
        form: "ctime",
        about: "about-reply-ctime",
        make: |argument, _, _| plain("ctime", Growth::Amplifies, argument, || Stamp::Ctime),
    },
    ReplyRow {
        name: "text",
        form: "text:TEMPLATE",
        about: "about-reply-text",
        make: |argument, charset, _| {
            let source = argument.ok_or_else(|| text!("reply-text-missing"))?;
            let template = Arc::new(Template::parse(source, charset).map_err(|e| e.text())?);
            Ok(Reply {
                name: "text",
                growth: Growth::Amplifies,
                framing: None,
                spec: String::new(),
                start: Arc::new(move || Box::new(Saying::new(Arc::clone(&template)))),
            })
        },
    },
    ReplyRow {
        name: "rules",
        form: "rules:FILE.toml",
        about: "about-reply-rules",
        make: |argument, charset, load| {
            let file = argument.filter(|file| !file.is_empty()).ok_or_else(|| text!("reply-file-missing"))?;
            let rules = Rules::parse(&load(file)?, file, charset).map_err(|e| e.text())?;
            let rules = Arc::new(rules);
            Ok(Reply {
                name: "rules",
                growth: Growth::Amplifies,
                framing: None,
                spec: String::new(),
                start: Arc::new(move || Box::new(Ruled::new(Arc::clone(&rules)))),
            })
        },
    },
    ReplyRow {
        name: "chat",
        form: "chat",
        about: "about-reply-chat",
        make: |argument, _, _| {
            plain("chat", Growth::Amplifies, argument, || Chat)
                .map(|reply| Reply { framing: Some("line"), ..reply })
        },
    },
    ReplyRow {
        name: "discard",
        form: "discard",
        about: "about-reply-discard",
        make: |argument, _, _| plain("discard", Growth::Bounded, argument, || Discard),
    },
    ReplyRow {
        name: "chargen",
        form: "chargen",
        about: "about-reply-chargen",
        make: |argument, _, _| plain("chargen", Growth::Amplifies, argument, Chargen::default),
    },
    ReplyRow {
        name: "daytime",
        form: "daytime",
        about: "about-reply-daytime",
        make: |argument, _, _| plain("daytime", Growth::Amplifies, argument, || Daytime),
    },
];

impl Reply {
    /// Reads one `--reply`.
    ///
    /// # Errors
    /// An unknown name (with the nearest one), a missing or superfluous argument, a mistake in a template or rules file.
    pub fn parse(spec: &str, charset: Charset, load: Load<'_>) -> Result<Self, ReplyError> {
        let wrong = |problem: Text| ReplyError { spec: spec.to_owned(), problem };
        let (name, argument) = spec.split_once(':').map_or((spec, None), |(n, a)| (n, Some(a)));
        let row = REPLIES.iter().find(|row| row.name == name).ok_or_else(|| {
            let names: Vec<&str> = REPLIES.iter().map(|row| row.name).collect();
            wrong(match nearest(name, names.iter().copied()) {
                _ if name.is_empty() => text!("reply-none", names = names.join(", ")),
                Some(near) => text!("reply-near", name = name, near = near),
                None => text!("reply-unknown", name = name, names = names.join(", ")),
            })
        })?;
        let reply = (row.make)(argument, charset, load).map_err(wrong)?;
        Ok(Self { spec: spec.to_owned(), ..reply })
    }

    /// No responder: what somebody types is sent. After the peer's FIN they have `patience` for another answer.
    #[must_use]
    pub fn operator(patience: Duration) -> Self {
        Self {
            name: "operator",
            growth: Growth::Bounded,
            framing: None,
            spec: "operator".to_owned(),
            start: Arc::new(move || Box::new(Operator { patience, until: None })),
        }
    }

    /// No responder: what a pipe brings is sent, until it ends.
    #[must_use]
    pub fn piped(awaits: Awaits) -> Self {
        let start = move || Box::new(Piped::new(awaits)) as Box<dyn Behaviour>;
        Self {
            name: "pipe",
            growth: Growth::Bounded,
            framing: None,
            spec: "pipe".to_owned(),
            start: Arc::new(start),
        }
    }

    /// The behaviour of one conversation.
    #[must_use]
    pub fn start(&self) -> Box<dyn Behaviour> {
        (self.start)()
    }

    /// Whether it is nothing but what somebody at our side says.
    #[must_use]
    pub fn is_spoken(&self) -> bool {
        matches!(self.name, "operator" | "pipe")
    }

    /// Whether it may call conversations something, by which somebody at our side can speak to them.
    #[must_use]
    pub fn gives_names(&self) -> bool {
        self.name == "rules"
    }

    /// Whether conversations hear from each other, so that each needs a mailbox.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.name == SHARED
    }
}
