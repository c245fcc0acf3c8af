//! Who resolves names.
//! Never asks them.

use std::fs;

/// Name servers that are told at most.
const MOST: usize = 3;

/// The name servers of this machine, as `/etc/resolv.conf` has them (resolv.conf(5)).
#[must_use]
pub fn name_servers() -> Vec<String> {
    named(&fs::read_to_string("/etc/resolv.conf").unwrap_or_default())
}

fn named(text: &str) -> Vec<String> {
    let server = |line: &str| {
        let mut words = line.split_whitespace();
        (words.next() == Some("nameserver")).then(|| words.next().map(str::to_owned)).flatten()
    };
    text.lines().filter_map(server).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_servers_are_read_as_the_resolver_reads_them() {
        let text =
            "# a\nsearch lan\nnameserver 10.0.0.1\n nameserver\t::1 \nnameserver\n;nameserver 1.1.1.1\n";
        assert_eq!(named(text), ["10.0.0.1", "::1"]);
    }
}
