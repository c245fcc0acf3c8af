//! Who holds a port on this machine, from /proc (Linux).
//! Never needs more rights than the caller has: what cannot be read is left out.

use std::{fs, net::IpAddr};

/// Which table to look in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Listening TCP sockets.
    Tcp,
    /// Bound UDP sockets.
    Udp,
}

/// A process that holds a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its number.
    pub pid: u32,
    /// Its name, at most 15 bytes as the kernel keeps it.
    pub name: String,
}

const LISTEN: &str = "0A";

/// The process that listens on `port` at `ip` or at an address that covers it, if /proc tells.
#[must_use]
pub fn holder(transport: Transport, ip: IpAddr, port: u16) -> Option<Holder> {
    let tables = match transport {
        Transport::Tcp => ["/proc/net/tcp", "/proc/net/tcp6"],
        Transport::Udp => ["/proc/net/udp", "/proc/net/udp6"],
    };
    let inodes: Vec<String> = tables
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|text| {
            text.lines().skip(1).filter_map(|line| row_inode(line, transport, ip, port)).collect::<Vec<_>>()
        })
        .collect();
    if inodes.is_empty() {
        return None;
    }
    let wanted: Vec<String> = inodes.iter().map(|inode| format!("socket:[{inode}]")).collect();
    processes().find(|pid| holds_any(*pid, &wanted)).map(|pid| Holder {
        pid,
        name: fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim().to_owned(),
    })
}

/// The inode of a row of /proc/net/tcp or udp, if it is bound to `port` and its address meets `ip`.
fn row_inode(line: &str, transport: Transport, ip: IpAddr, port: u16) -> Option<String> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let (address, bound) = fields.get(1)?.split_once(':')?;
    if u16::from_str_radix(bound, 16).ok()? != port {
        return None;
    }
    if transport == Transport::Tcp && *fields.get(3)? != LISTEN {
        return None;
    }
    let everywhere = address.bytes().all(|b| b == b'0');
    let mine = address.eq_ignore_ascii_case(&hex_words(ip));
    let inode = *fields.get(9)?;
    (everywhere || mine || ip.is_unspecified()).then(|| inode.to_owned())
}

/// An address as /proc writes it: 32-bit words in the machine's byte order, in hex.
fn hex_words(ip: IpAddr) -> String {
    let octets = match ip {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    };
    octets
        .chunks_exact(4)
        .map(|word| {
            let word = <[u8; 4]>::try_from(word).unwrap_or_default();
            format!("{:08X}", u32::from_ne_bytes(word))
        })
        .collect()
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
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn this_process_is_found_behind_its_own_listener() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let found = holder(Transport::Tcp, address.ip(), address.port()).unwrap();
        assert_eq!(found.pid, std::process::id());
        assert!(!found.name.is_empty());
    }

    #[test]
    fn a_row_is_read_as_the_kernel_writes_it() {
        let row = "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0 100 0 0 10 0";
        let ip = "127.0.0.1".parse().unwrap();
        assert_eq!(row_inode(row, Transport::Tcp, ip, 8080).as_deref(), Some("4711"));
        assert_eq!(row_inode(row, Transport::Tcp, ip, 8081), None);
        assert_eq!(row_inode(row, Transport::Tcp, "10.0.0.1".parse().unwrap(), 8080), None);
        assert_eq!(row_inode("garbage", Transport::Tcp, ip, 8080), None);
    }
}
