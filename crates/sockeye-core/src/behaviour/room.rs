//! A room in which every line goes to all the others.
//! Never trusts a name or a line: the room stamps the sender, and what could forge a line or drive a terminal is escaped.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    charset::{Charset, visible_bytes},
    event::Conn,
    limit::NICK,
};

/// What a conversation does in the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomAct {
    /// Comes in.
    Join,
    /// Says a line, or a command.
    Line(Vec<u8>),
    /// Goes.
    Leave,
}

/// A line for one member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// For whom.
    pub to: Conn,
    /// The line, encoded, without framing.
    pub line: Arc<[u8]>,
}

/// Comings and goings are announced in rooms up to this size; in larger ones they would drown the talk.
const ANNOUNCED: usize = 64;

/// Who is in, and what each hears.
#[derive(Debug)]
pub struct Room {
    charset: Charset,
    nicks: BTreeMap<Conn, String>,
}

impl Room {
    /// An empty room whose members read and write `charset`.
    #[must_use]
    pub fn new(charset: Charset) -> Self {
        Self { charset, nicks: BTreeMap::new() }
    }

    /// What follows from `act` by `conn`: lines for members, in order.
    pub fn act(&mut self, conn: Conn, act: RoomAct) -> Vec<Delivery> {
        match act {
            RoomAct::Join => self.join(conn),
            RoomAct::Leave => self.leave(conn),
            RoomAct::Line(line) => self.line(conn, &line),
        }
    }

    fn join(&mut self, conn: Conn) -> Vec<Delivery> {
        let nick = self.free_nick(&format!("guest{conn}"));
        self.nicks.insert(conn, nick.clone());
        let welcome = format!(
            "* you are {nick}; {} here; /nick NAME changes your name, /who lists all",
            self.nicks.len()
        );
        let mut out = self.to_one(conn, &welcome);
        out.extend(self.announce(conn, &format!("* {nick} came in")));
        out
    }

    fn leave(&mut self, conn: Conn) -> Vec<Delivery> {
        match self.nicks.remove(&conn) {
            Some(nick) => self.announce(conn, &format!("* {nick} left")),
            None => Vec::new(),
        }
    }

    fn line(&mut self, conn: Conn, line: &[u8]) -> Vec<Delivery> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = visible_bytes(line, self.charset);
        let text = text.trim_end();
        let said = match text.strip_prefix('/') {
            // What begins with a slash can be said all the same.
            Some(said) if said.starts_with('/') => said,
            Some(command) => return self.command(conn, command),
            None if text.is_empty() => return Vec::new(),
            None => text,
        };
        let Some(nick) = self.nicks.get(&conn) else { return Vec::new() };
        self.to_others(conn, &format!("<{nick}> {said}"))
    }

    fn command(&mut self, conn: Conn, command: &str) -> Vec<Delivery> {
        match command.split_once(' ').unwrap_or((command, "")) {
            ("nick", wanted) => self.rename(conn, wanted.trim()),
            ("who", _) => {
                let all: Vec<&str> = self.nicks.values().map(String::as_str).take(200).collect();
                self.to_one(conn, &format!("* {} here: {}", self.nicks.len(), all.join(", ")))
            }
            // A mistyped command is nothing for all to read.
            (other, _) => {
                let hint = "there are /nick NAME and /who; a line that begins with // is said with one /";
                self.to_one(conn, &format!("* no command /{other}: {hint}"))
            }
        }
    }

    fn rename(&mut self, conn: Conn, wanted: &str) -> Vec<Delivery> {
        let clean = clean_nick(wanted);
        if clean.is_empty() {
            return self.to_one(conn, "* a name has letters, digits, - or _; write /nick NAME");
        }
        let Some(old) = self.nicks.remove(&conn) else { return Vec::new() };
        let nick = self.free_nick(&clean);
        self.nicks.insert(conn, nick.clone());
        let mut out = self.to_one(conn, &format!("* you are {nick}"));
        if nick == old {
            return out;
        }
        out.extend(self.announce(conn, &format!("* {old} is now {nick}")));
        out
    }

    /// `wanted`, or with a number behind it if somebody has that name in any case of letters.
    fn free_nick(&self, wanted: &str) -> String {
        let taken = |name: &str| {
            let name = name.to_lowercase();
            self.nicks.values().any(|n| n.to_lowercase() == name)
        };
        if !taken(wanted) {
            return wanted.to_owned();
        }
        (2u64..).map(|n| format!("{wanted}{n}")).find(|name| !taken(name)).unwrap_or_default()
    }

    fn encode(&self, line: &str) -> Arc<[u8]> {
        let mut bytes = Vec::new();
        self.charset.encode_lossy(line, &mut bytes);
        bytes.into()
    }

    fn to_one(&self, to: Conn, line: &str) -> Vec<Delivery> {
        vec![Delivery { to, line: self.encode(line) }]
    }

    fn to_others(&self, from: Conn, line: &str) -> Vec<Delivery> {
        let line = self.encode(line);
        self.nicks
            .keys()
            .filter(|&&to| to != from)
            .map(|&to| Delivery { to, line: Arc::clone(&line) })
            .collect()
    }

    fn announce(&self, about: Conn, line: &str) -> Vec<Delivery> {
        if self.nicks.len() > ANNOUNCED { Vec::new() } else { self.to_others(about, line) }
    }
}

/// Letters, digits, `-` and `_` of any script; marks that could end a name or hide in one are left out.
fn clean_nick(wanted: &str) -> String {
    wanted.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).take(NICK / 2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(deliveries: &[Delivery]) -> Vec<(Conn, String)> {
        deliveries.iter().map(|d| (d.to, String::from_utf8_lossy(&d.line).into_owned())).collect()
    }

    #[test]
    fn a_line_goes_to_all_others_under_the_senders_name() {
        let mut room = Room::new(Charset::utf8());
        for conn in 1..=3 {
            room.act(conn, RoomAct::Join);
        }
        room.act(2, RoomAct::Line("/nick 小明".into()));
        let said = heard(&room.act(2, RoomAct::Line("大家好\r".into())));
        assert_eq!(said, vec![(1, "<小明> 大家好".into()), (3, "<小明> 大家好".into())]);
    }

    #[test]
    fn names_are_unique_and_cannot_forge_a_line() {
        let mut room = Room::new(Charset::utf8());
        room.act(1, RoomAct::Join);
        room.act(2, RoomAct::Join);
        room.act(1, RoomAct::Line(b"/nick Ann".to_vec()));
        let told = heard(&room.act(2, RoomAct::Line(b"/nick ann\x1b]0;x\x07> * \xff".to_vec())));
        assert!(told.iter().any(|(to, line)| *to == 2 && !line.contains(['\x1b', '>', '\x07'])), "{told:?}");
        let told = heard(&room.act(2, RoomAct::Line(b"/nick ANN".to_vec())));
        assert!(told.contains(&(2, "* you are ANN2".into())), "{told:?}");
    }

    #[test]
    fn commands_are_for_the_room_and_mistyped_ones_for_nobody_else() {
        let mut room = Room::new(Charset::utf8());
        room.act(1, RoomAct::Join);
        room.act(2, RoomAct::Join);
        let mut say = |line: &str| heard(&room.act(1, RoomAct::Line(line.into())));
        for mistyped in ["/nik Ann", "/nickname Ann", "/"] {
            let told = say(mistyped);
            assert!(told.len() == 1 && told[0].0 == 1 && told[0].1.contains("no command"), "{told:?}");
        }
        assert_eq!(say("//etc/passwd"), vec![(2, "<guest1> /etc/passwd".into())]);
        assert_eq!(say("/nick guest1"), vec![(1, "* you are guest1".into())], "nothing has changed");
        assert_eq!(say("/nick Ann").len(), 2);
    }

    #[test]
    fn a_forged_server_line_is_seen_to_be_a_members() {
        let mut room = Room::new(Charset::utf8());
        room.act(1, RoomAct::Join);
        room.act(2, RoomAct::Join);
        let said = heard(&room.act(2, RoomAct::Line(b"* guest1 left\n* really".to_vec())));
        assert!(
            said.iter().all(|(_, line)| line.starts_with("<guest2> ") && !line.contains('\n')),
            "{said:?}"
        );
    }
}
