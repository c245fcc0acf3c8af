//! What is in the way of binding a port or of connecting from one, from /proc (Linux).
//! Never needs more rights than the caller has: what cannot be read is left out.

use std::{
    collections::{HashMap, HashSet},
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use crate::obstacle::{Holder, Listening, Obstacle, Transport};

/// One row of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    local: SocketAddr,
    remote: SocketAddr,
    state: u8,
    /// Of a socket that listens: connections that wait to be accepted.
    waiting: u64,
    /// 0 where no process has the socket any more.
    inode: u64,
}

const TIME_WAIT: u8 = 0x06;
const LISTEN: u8 = 0x0A;

/// What keeps `address` from being bound, if /proc shows it. A socket that is bound and neither listens nor is connected
/// stands in no table of TCP.
#[must_use]
pub fn obstacle(transport: Transport, address: SocketAddr) -> Option<Obstacle> {
    let rows = rows(transport, address.ip());
    in_the_way(transport, rows.iter().filter(|row| meets(row, address)))
}

/// What keeps a TCP connection from `local` to `remote` from being opened, if /proc shows it.
#[must_use]
pub fn obstacle_between(local: SocketAddr, remote: SocketAddr) -> Option<Obstacle> {
    let rows = rows(Transport::Tcp, local.ip());
    let is_same = |row: &&Row| {
        row.local.port() == local.port()
            && row.remote == remote
            && (row.local.ip() == local.ip() || local.ip().is_unspecified())
    };
    in_the_way(Transport::Tcp, rows.iter().filter(is_same))
}

/// The sockets of this machine that listen (of datagrams: that are bound and talk to nobody in particular) at an address that
/// is `wanted`, at most so many, in order of port; one for IPv6 stands at an address of IPv6 even where it takes IPv4 too.
#[must_use]
pub fn listeners(transport: Transport, wanted: &dyn Fn(SocketAddr) -> bool, most: usize) -> Vec<Listening> {
    let listens = |row: &Row| match transport {
        Transport::Tcp => row.state == LISTEN,
        Transport::Udp => row.remote.port() == 0,
    };
    let [four, six] = tables(transport);
    let mut rows: Vec<Row> = read(four).into_iter().chain(read(six)).collect();
    rows.retain(|row| listens(row) && wanted(row.local));
    rows.sort_by_key(|row| (row.local.port(), row.local.is_ipv6()));
    rows.truncate(most);
    let inodes: HashSet<u64> = rows.iter().map(|row| row.inode).collect();
    let mut holders = holders(&inodes);
    let one = |row: Row| {
        let holder = holders.remove(&row.inode);
        Listening { address: row.local, waiting: row.waiting, holder }
    };
    rows.into_iter().map(one).collect()
}

fn in_the_way<'a>(transport: Transport, rows: impl Iterator<Item = &'a Row>) -> Option<Obstacle> {
    let rows: Vec<&Row> = rows.collect();
    let time_wait = transport == Transport::Tcp && rows.iter().any(|row| row.state == TIME_WAIT);
    let held = |wanted: &dyn Fn(&Row) -> bool| -> Option<Option<Holder>> {
        let inodes: Vec<u64> = rows.iter().filter(|row| wanted(row)).map(|row| row.inode).collect();
        (!inodes.is_empty()).then(|| holder(&inodes))
    };
    if let Some(holder) = held(&|row| transport == Transport::Udp || row.state == LISTEN) {
        return Some(Obstacle::Bound { holder, time_wait });
    }
    if let Some(holder) = held(&|row| row.inode != 0) {
        return Some(Obstacle::Connected { holder });
    }
    match (time_wait, rows.is_empty()) {
        (true, _) => Some(Obstacle::TimeWait),
        (false, false) => Some(Obstacle::Closing),
        (false, true) => None,
    }
}

/// Whether the row's own end and `address` cannot both be.
fn meets(row: &Row, address: SocketAddr) -> bool {
    let (ours, theirs) = (address.ip(), row.local.ip());
    row.local.port() == address.port() && (ours == theirs || ours.is_unspecified() || theirs.is_unspecified())
}

/// The rows that sockets of this family of addresses can meet. One for IPv6 that also takes IPv4 is among those of IPv4;
/// ours for IPv6 take nothing else.
fn rows(transport: Transport, family: IpAddr) -> Vec<Row> {
    let [four, six] = tables(transport);
    let mut all = read(six);
    if family.is_ipv4() {
        all.retain(|row| row.local.is_ipv4() || row.local.ip().is_unspecified());
        all.extend(read(four));
    }
    all
}

/// The tables of IPv4 and IPv6.
fn tables(transport: Transport) -> [&'static str; 2] {
    match transport {
        Transport::Tcp => ["/proc/net/tcp", "/proc/net/tcp6"],
        Transport::Udp => ["/proc/net/udp", "/proc/net/udp6"],
    }
}

fn read(table: &str) -> Vec<Row> {
    let text = fs::read_to_string(table).unwrap_or_default();
    text.lines().skip(1).filter_map(row).collect()
}

/// One row as the kernel writes it.
fn row(line: &str) -> Option<Row> {
    let mut fields = line.split_whitespace();
    let local = socket(fields.nth(1)?)?;
    let remote = socket(fields.next()?)?;
    let state = u8::from_str_radix(fields.next()?, 16).ok()?;
    let (_, waiting) = fields.next()?.split_once(':')?;
    let waiting = u64::from_str_radix(waiting, 16).ok()?;
    let inode = fields.nth(4)?.parse().ok()?;
    Some(Row { local, remote, state, waiting, inode })
}

/// An address as /proc writes it: 32-bit words in the machine's byte order and the port, in hex. An IPv4 address in IPv6
/// clothes is IPv4.
fn socket(text: &str) -> Option<SocketAddr> {
    let (words, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let mut octets = Vec::with_capacity(16);
    for at in (0..words.len()).step_by(8) {
        let word = u32::from_str_radix(words.get(at..at + 8)?, 16).ok()?;
        octets.extend_from_slice(&word.to_ne_bytes());
    }
    let ip = match <[u8; 4]>::try_from(octets.as_slice()) {
        Ok(four) => IpAddr::V4(Ipv4Addr::from(four)),
        Err(_) => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(octets.as_slice()).ok()?)).to_canonical(),
    };
    Some((ip, port).into())
}

/// The first process that holds one of these sockets.
fn holder(inodes: &[u64]) -> Option<Holder> {
    let wanted: Vec<String> = inodes.iter().map(|inode| format!("socket:[{inode}]")).collect();
    processes().find(|pid| holds_any(*pid, &wanted)).map(named)
}

/// Who holds each of these sockets, in one walk over all processes: the first that does.
fn holders(inodes: &HashSet<u64>) -> HashMap<u64, Holder> {
    let mut found = HashMap::new();
    for pid in processes() {
        let held = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().filter_map(Result::ok);
        for target in held.filter_map(|entry| fs::read_link(entry.path()).ok()) {
            let inode = target
                .to_str()
                .and_then(|text| text.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok());
            if let Some(inode) = inode.filter(|inode| inodes.contains(inode)) {
                found.entry(inode).or_insert_with(|| named(pid));
            }
        }
        if found.len() == inodes.len() {
            break;
        }
    }
    found
}

fn named(pid: u32) -> Holder {
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim().to_owned();
    Holder { pid, name }
}

fn processes() -> impl Iterator<Item = u32> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn holds_any(pid: u32, sockets: &[String]) -> bool {
    fs::read_dir(format!("/proc/{pid}/fd"))
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|entry| fs::read_link(entry.path()).ok())
        .any(|target| target.to_str().is_some_and(|t| sockets.iter().any(|s| s == t)))
}

#[cfg(test)]
mod tests {
    use std::{
        io::Read as _,
        net::{TcpListener, TcpStream, UdpSocket},
    };

    use super::*;

    fn is_this_process(holder: Option<Holder>) -> bool {
        holder.is_some_and(|holder| holder.pid == std::process::id() && !holder.name.is_empty())
    }

    #[test]
    fn this_process_is_found_behind_its_own_listener() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        match obstacle(Transport::Tcp, listener.local_addr().unwrap()) {
            Some(Obstacle::Bound { holder, time_wait: false }) => assert!(is_this_process(holder)),
            other => panic!("{other:?}"),
        }
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        match obstacle(Transport::Udp, socket.local_addr().unwrap()) {
            Some(Obstacle::Bound { holder, .. }) => assert!(is_this_process(holder)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_connection_is_told_from_what_rests_after_it() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let target = listener.local_addr().unwrap();
        let client = TcpStream::connect(target).unwrap();
        let ours = client.local_addr().unwrap();
        let (mut accepted, _) = listener.accept().unwrap();
        match obstacle(Transport::Tcp, ours) {
            Some(Obstacle::Connected { holder }) => assert!(is_this_process(holder)),
            other => panic!("{other:?}"),
        }
        assert_eq!(obstacle(Transport::Tcp, ours), obstacle_between(ours, target));
        drop(client);
        assert_eq!(accepted.read(&mut [0]).unwrap(), 0);
        drop(accepted);
        assert_eq!(obstacle_between(ours, target), Some(Obstacle::TimeWait));
        assert_eq!(obstacle(Transport::Tcp, ours), Some(Obstacle::TimeWait));
        assert_eq!(obstacle_between(target, ours), None);
    }

    #[test]
    fn a_row_is_read_as_the_kernel_writes_it() {
        let read = row(
            "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0",
        )
        .unwrap();
        if cfg!(target_endian = "little") {
            assert_eq!(read.local, "127.0.0.1:8080".parse().unwrap());
        }
        assert_eq!((read.state, read.inode), (LISTEN, 4711));
        let mapped = socket("0000000000000000FFFF00000100007F:0050").unwrap();
        if cfg!(target_endian = "little") {
            assert_eq!(mapped, "127.0.0.1:80".parse().unwrap());
        }
        for garbage in ["garbage", "0: 0100007F 0", "0: 01:0 00000000:0000 0A x x x x x 1", ""] {
            assert_eq!(row(garbage), None, "{garbage}");
        }
    }
}
