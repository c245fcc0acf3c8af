//! The line editor of a terminal: history, wide characters, output above a half-typed line.
//! Never leaves the terminal other than it was found.

use std::{
    io::Write as _,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use rustyline::{
    Cmd, ConditionalEventHandler, Config, Editor, Event, EventContext, EventHandler, KeyCode, KeyEvent,
    Modifiers, Movement, RepeatCount,
    completion::Pair,
    config::{BellStyle, CompletionType, Configurer as _},
    error::ReadlineError,
    history::FileHistory,
};
use sockeye_sys::{StopSignal, TerminalMode, make_private_folder, wake_line_editor};
use sockeye_text::Text;

use super::{
    command::{Completion, complete},
    shutdown::Cause,
    sink::Sink,
    teller::Teller,
    typist::{Typist, console_of},
};
use crate::{say::terminal as say, view::Role};

const PROMPT: &str = "> ";
/// Two presses within this time are one wish.
const TWICE: Duration = Duration::from_secs(1);
/// How often the editor is told to let go, and for how long each time.
const PATIENCE: (u32, Duration) = (50, Duration::from_millis(10));

/// A terminal with a prompt.
pub(crate) struct Terminal {
    thread: JoinHandle<Left>,
    closing: Arc<AtomicBool>,
    before: Option<TerminalMode>,
}

/// What the editor left on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// A prompt that nobody needs, and the cursor on the line below.
    Prompt,
    /// Nothing.
    Nothing,
}

impl Terminal {
    /// Puts a prompt on the terminal; nothing, where it cannot have one.
    pub(crate) fn open(typist: impl FnOnce(Teller) -> Typist) -> Option<(Self, Sink)> {
        let before = TerminalMode::of_stdin();
        let config = Config::builder()
            .bracketed_paste(false)
            .bell_style(BellStyle::None)
            .completion_type(CompletionType::List)
            .build();
        let mut editor: Editor<Completer, FileHistory> = Editor::with_config(config).ok()?;
        editor.enable_synchronized_output(false);
        let sink = Sink::above(Box::new(editor.create_external_printer().ok()?));
        let own = editor.create_external_printer().ok()?;
        let teller = Teller::above(Box::new(own));
        let typist = typist(teller.clone());
        let clear = ClearOrLeave { role: typist.role(), teller, pressed: Mutex::new(None) };
        let role = typist.role();
        editor.set_helper(Some(Completer { role, known: Box::new(typist.completion()) }));
        let tab = KeyEvent(KeyCode::Tab, Modifiers::NONE);
        editor.bind_sequence(tab, EventHandler::Conditional(Box::new(CompleteOrInsert)));
        editor.bind_sequence(KeyEvent::ctrl('C'), EventHandler::Conditional(Box::new(clear)));
        let closing = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&closing);
        let thread = std::thread::Builder::new()
            .name("terminal".to_owned())
            .spawn(move || Prompting { editor, typist, closing: seen, history: history(role) }.run())
            .ok()?;
        Some((Self { thread, closing, before }, sink))
    }

    /// Takes the prompt away and gives the terminal back as it was.
    ///
    /// The editor waits in a system call. Where it cannot be woken it is left there, and ends with the process.
    pub(crate) fn close(self) {
        self.closing.store(true, Ordering::SeqCst);
        let (times, pause) = PATIENCE;
        for _ in 0..times {
            if self.thread.is_finished() || wake_line_editor().is_err() {
                break;
            }
            std::thread::sleep(pause);
        }
        self.set_back();
        if self.thread.is_finished() && self.thread.join().is_ok_and(|left| left == Left::Prompt) {
            let mut out = std::io::stdout().lock();
            // Up to the prompt's line, and clear it.
            let _ = out.write_all(b"\x1b[A\r\x1b[K").and_then(|()| out.flush());
        }
    }

    /// Gives the terminal back as it was, at once.
    pub(crate) fn restore(self) {
        self.set_back();
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(b"\r\n").and_then(|()| out.flush());
    }

    fn set_back(&self) {
        if let Some(before) = &self.before {
            before.restore();
        }
    }
}

/// Set to `off` where nothing that is typed is to be remembered.
const HISTORY: &str = "SOCKEYE_HISTORY";

/// Where lines typed in this kind of session are remembered, by the XDG base directory specification.
fn history(role: Role) -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if std::env::var_os(HISTORY).is_some_and(|value| value == "off") {
        return None;
    }
    let state = set("XDG_STATE_HOME").filter(|path| path.is_absolute());
    let folder = state.or_else(|| Some(set("HOME")?.join(".local/state")))?.join("sockeye");
    make_private_folder(&folder).ok()?;
    Some(folder.join(match role {
        Role::Connect => "history-connect",
        Role::Listen => "history-listen",
        Role::Relay => "history-relay",
    }))
}

/// Fills in commands, and what they take.
struct Completer {
    role: Role,
    known: Box<dyn Fn() -> Completion + Send + Sync>,
}

impl rustyline::completion::Completer for Completer {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        _: &rustyline::Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let typed = line.get(..pos).unwrap_or_default();
        let (begin, words) = complete(typed, console_of(self.role), &(self.known)());
        // What is filled in whole is done with.
        let end = if words.len() == 1 { " " } else { "" };
        let pair = |word: String| Pair { replacement: format!("{word}{end}"), display: word };
        Ok((begin, words.into_iter().map(pair).collect()))
    }
}

impl rustyline::hint::Hinter for Completer {
    type Hint = String;
}

impl rustyline::highlight::Highlighter for Completer {}

impl rustyline::validate::Validator for Completer {}

impl rustyline::Helper for Completer {}

/// Tab completes a command; in a message it is a part of it, typed or pasted.
struct CompleteOrInsert;

impl ConditionalEventHandler for CompleteOrInsert {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext<'_>) -> Option<Cmd> {
        let is_command = context.line().starts_with('/') && !context.line().starts_with("//");
        // `SelfInsert` would repeat what was typed last.
        Some(if is_command { Cmd::Complete } else { Cmd::Insert(1, "\t".to_owned()) })
    }
}

/// Ctrl-C clears a line that is being typed. On an empty one it stops a listener; a client is left by pressing it twice.
struct ClearOrLeave {
    role: Role,
    teller: Teller,
    pressed: Mutex<Option<Instant>>,
}

impl ConditionalEventHandler for ClearOrLeave {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext<'_>) -> Option<Cmd> {
        if !context.line().is_empty() {
            return Some(Cmd::Kill(Movement::WholeLine));
        }
        let mut pressed = self.pressed.lock().unwrap_or_else(PoisonError::into_inner);
        if self.role != Role::Connect || pressed.is_some_and(|before| before.elapsed() < TWICE) {
            return Some(Cmd::Interrupt);
        }
        *pressed = Some(Instant::now());
        self.teller.tell(&say::again_leaves());
        Some(Cmd::Noop)
    }
}

struct Prompting {
    editor: Editor<Completer, FileHistory>,
    typist: Typist,
    closing: Arc<AtomicBool>,
    history: Option<PathBuf>,
}

impl Prompting {
    /// Prompts until the terminal is closed: also when nothing more can be said, so that output has its place.
    fn run(mut self) -> Left {
        if let Some(path) = &self.history {
            let _ = self.editor.load_history(path);
        }
        loop {
            if self.closing.load(Ordering::SeqCst) {
                return Left::Nothing;
            }
            match self.editor.readline(PROMPT) {
                Ok(line) => {
                    self.remember(&line);
                    self.typist.line(&line);
                }
                Err(ReadlineError::Eof) => {
                    self.typist.end();
                }
                Err(ReadlineError::Interrupted) => {
                    if self.closing.load(Ordering::SeqCst) {
                        return Left::Prompt;
                    }
                    self.typist.shutdown().pull(Cause::Signal(StopSignal::Interrupt));
                }
                Err(ReadlineError::Signal(_)) => {}
                Err(error) => {
                    // The terminal has gone; whoever sat there is no more.
                    let why = match &error {
                        ReadlineError::Io(error) => crate::say::system(error),
                        other => Text::verbatim(other.to_string()),
                    };
                    self.typist.teller().tell(&say::mistake(why));
                    self.typist.end();
                    return Left::Nothing;
                }
            }
        }
    }

    fn remember(&mut self, line: &str) {
        if line.is_empty() || !self.editor.add_history_entry(line).unwrap_or(false) {
            return;
        }
        if let Some(path) = &self.history {
            // Best effort: a full disk must not stop a conversation.
            let _ = self.editor.append_history(path);
        }
    }
}
