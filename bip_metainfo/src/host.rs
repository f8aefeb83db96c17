//! `host:port` as it stands in `x.pe` and, in two parts, in `nodes`.

use std::net::{Ipv6Addr, SocketAddr};

/// A host name is at most this long (RFC 1035, section 2.3.4).
const MAX_HOST_LENGTH: usize = 253;

/// What is wrong with a `host:port`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostFault {
    Malformed,
    PortZero,
    PortOutOfRange,
}

/// Takes `name:port`, `ipv4:port` or `[ipv6]:port` with a port that can be dialled.
pub(crate) fn check_host_and_port(text: &str) -> Result<(), HostFault> {
    let (host, port) = text.rsplit_once(':').ok_or(HostFault::Malformed)?;
    let is_number = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    // Whatever an IPv6 literal may hold, a scope too, is left to the standard library.
    let is_host = is_name(host)
        || text.parse::<SocketAddr>().is_ok()
        || format!("{host}:1").parse::<SocketAddr>().is_ok();
    if !is_host || !is_number {
        return Err(HostFault::Malformed);
    }
    match port.parse::<u16>() {
        Ok(0) => Err(HostFault::PortZero),
        Ok(_) => Ok(()),
        Err(_) => Err(HostFault::PortOutOfRange),
    }
}

/// Whether `text` is a host name or an address literal, as `nodes` has them: IPv6 without brackets.
pub(crate) fn is_host(text: &str) -> bool {
    is_name(text) || text.parse::<Ipv6Addr>().is_ok()
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_HOST_LENGTH
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_with_ports_are_told_from_noise() {
        let name = "a".repeat(MAX_HOST_LENGTH);
        for (text, expect) in [
            ("1.2.3.4:1", Ok(())),
            ("[::1]:6881", Ok(())),
            ("[fe80::1%2]:6881", Ok(())),
            ("example.org:65535", Ok(())),
            ("a_b:80", Ok(())),
            (&format!("{name}:1"), Ok(())),
            (&format!("{name}a:1"), Err(HostFault::Malformed)),
            ("", Err(HostFault::Malformed)),
            (":", Err(HostFault::Malformed)),
            (":1", Err(HostFault::Malformed)),
            ("1.2.3.4", Err(HostFault::Malformed)),
            ("a:+1", Err(HostFault::Malformed)),
            ("a:", Err(HostFault::Malformed)),
            ("::1:80", Err(HostFault::Malformed)),
            ("a b:1", Err(HostFault::Malformed)),
            ("a\n:1", Err(HostFault::Malformed)),
            ("1.2.3.4:0", Err(HostFault::PortZero)),
            ("a:000", Err(HostFault::PortZero)),
            ("[::1]:0", Err(HostFault::PortZero)),
            ("a:65536", Err(HostFault::PortOutOfRange)),
            ("[::1]:99999999999", Err(HostFault::PortOutOfRange)),
        ] {
            assert_eq!(check_host_and_port(text), expect, "{text}");
        }
    }

    #[test]
    fn hosts_of_nodes_may_be_bare_ipv6() {
        assert!(
            is_host("2001:db8:100:0:d5c8:db3f:995e:c0f7")
                && is_host("your.router.node")
                && is_host("127.0.0.1")
        );
        assert!(!is_host("") && !is_host("a/b") && !is_host("[::1]"));
    }
}
