//! Zabbix: the packets of its protocol, the keys of its items, what a server asks an agent for, and what a trapper is sent.
//! Never connects and never tries a target: bytes are handed in and out.
//!
//! What an agent answers is read by programs and by people whose language is not known, and so is always English.

mod packet;
mod key;
mod item;
mod passive;
mod trapper;

pub use item::{ItemCheck, ItemTarget};
pub use key::{KeyError, KeyParameter, ZabbixKey, quoted};
pub use packet::{Bare, PacketError, Packets, packet};
pub use passive::{AGENT_PROTOCOL, AskedItem, ItemAnswer, PassiveRequest};
pub use trapper::{Reported, Taken, TrapperError, report, taken};
