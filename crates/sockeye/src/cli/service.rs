//! Service names in addresses: `host:http` is `host:80`, as /etc/services says.
//! Never asks the network.

use std::fs;

use sockeye_core::address::{Address, AddressError, nearest::nearest};
use sockeye_text::Text;

use crate::say::{usage, words};

/// What everybody calls so, for machines without /etc/services (containers mostly).
const USUAL: &str = "\
echo 7/tcp
echo 7/udp
discard 9/tcp
discard 9/udp
daytime 13/tcp
daytime 13/udp
chargen 19/tcp
chargen 19/udp
ftp 21/tcp
ssh 22/tcp
telnet 23/tcp
smtp 25/tcp
domain 53/tcp
domain 53/udp
tftp 69/udp
http 80/tcp www
ntp 123/udp
snmp 161/udp
https 443/tcp
https 443/udp
syslog 514/udp
mqtt 1883/tcp
mysql 3306/tcp
postgresql 5432/tcp postgres
redis 6379/tcp";

/// An address of the command line, its port perhaps apart, and perhaps the name of a service.
pub(super) fn address(text: &str, port: Option<&str>) -> Result<Address, String> {
    let parsed = match port {
        Some(port) => Address::parse_pair(text, port),
        None => Address::parse(text),
    };
    let error = match parsed {
        Err(AddressError::Port { port: name, .. }) if is_name(&name) => name,
        other => return other.map_err(|e| words(&e.text())),
    };
    let name = error;
    let protocol = if text.starts_with("udp://") { "udp" } else { "tcp" };
    let table = fs::read_to_string("/etc/services").unwrap_or_default();
    let number = number(&name, protocol, &table).ok_or_else(|| {
        let other = if protocol == "udp" { "tcp" } else { "udp" };
        let known = format!("{table}\n{USUAL}");
        let names = rows(&known).filter(|row| row.protocol == protocol).flat_map(|row| row.names.into_iter());
        match self::number(&name, other, &table) {
            Some(_) => usage::service_of(&name, other, protocol),
            None => usage::no_service(&name, nearest(&name, names)),
        }
    })?;
    let parsed = match port {
        Some(_) => Address::parse_pair(text, &number.to_string()),
        None => {
            let (head, tail) = text.rsplit_once(&name).unwrap_or((text, ""));
            Address::parse(&format!("{head}{number}{tail}"))
        }
    };
    parsed.map_err(|e| words(&e.text()))
}

/// An address of ours: a host alone is as good, for the system finds a port.
///
/// # Errors
/// It is none of TCP.
pub(super) fn host(text: &str) -> Result<Address, Text> {
    let parsed = address(text, None)
        .or_else(|error| Address::parse_pair(text, "0").map_err(|_| Text::verbatim(error)))?;
    match parsed {
        Address::Tcp { .. } => Ok(parsed),
        _ => Err(usage::source_kind()),
    }
}

/// The same, where a second word can be a slip: whatever stands there and is no port of `text`, which is an address without
/// it. `advice` says what to write instead.
pub(super) fn address_or(
    text: &str,
    port: Option<&str>,
    advice: impl FnOnce(&str) -> String,
) -> Result<Address, String> {
    let Some(word) = port else { return address(text, None) };
    let looks_like_host = word == "localhost" || word.contains(['.', ':']);
    match address(text, port) {
        Err(_) if !looks_like_host && address(text, None).is_ok() => {
            Err(usage::loose_word(word, &advice(word)))
        }
        other => other,
    }
}

/// Whether this can be the name of a service (RFC 6335, section 5.1, and what older tables have).
fn is_name(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.+*".contains(c))
}

fn number(name: &str, protocol: &str, table: &str) -> Option<u16> {
    let fits = |row: &Row<'_>| row.protocol == protocol && row.names.contains(&name);
    rows(table).chain(rows(USUAL)).find(fits).map(|row| row.port)
}

/// A line of the table: `http 80/tcp www # comment`.
struct Row<'a> {
    names: Vec<&'a str>,
    port: u16,
    protocol: &'a str,
}

fn rows(table: &str) -> impl Iterator<Item = Row<'_>> {
    table.lines().filter_map(|line| {
        let mut words = line.split('#').next()?.split_whitespace();
        let name = words.next()?;
        let (port, protocol) = words.next()?.split_once('/')?;
        let names = std::iter::once(name).chain(words).collect();
        Some(Row { names, port: port.parse().ok()?, protocol })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_as_the_system_reads_it() {
        let table =
            "# services\nhttp\t\t80/tcp\twww # WorldWideWeb\nodd\nmine 7001/udp yours\nhttp 8080/tcp\n";
        assert_eq!(number("www", "tcp", table), Some(80));
        assert_eq!(number("http", "tcp", table), Some(80));
        assert_eq!(number("yours", "udp", table), Some(7001));
        assert_eq!(number("yours", "tcp", table), None);
        assert_eq!(number("WorldWideWeb", "tcp", table), None);
        assert_eq!(number("mqtt", "tcp", table), Some(1883));
    }

    #[test]
    fn numbers_stay_numbers_and_other_mistakes_stay_themselves() {
        let said = |text: &str| address(text, None).map_or_else(|e| e, |a| a.to_string());
        assert_eq!(said("localhost:http"), "tcp://localhost:80");
        assert_eq!(said("[::1]:ssh"), "tcp://[::1]:22");
        assert_eq!(said("http:http"), "tcp://http:80");
        assert_eq!(said("udp://x:ntp?ttl=3"), "udp://x:123?ttl=3");
        assert_eq!(said(":http"), "tcp://:80");
        assert_eq!(address("localhost", Some("http")).unwrap().to_string(), "tcp://localhost:80");
        assert!(said("x:70000").contains("a port is 0 to 65535"));
        assert!(said("x:htttp").contains("did you mean http"));
        assert!(said("udp://x:ssh").contains("tcp"));
    }
}
