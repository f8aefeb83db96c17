//! `host:port` as it stands in `x.pe` and, in two parts, in `nodes`.

use std::net::{Ipv6Addr, SocketAddr};

/// A host name is at most this long (RFC 1035, section 2.3.4).
const MAX_HOST_LENGTH: usize = 253;

/// Whether `text` is `name:port`, `ipv4:port` or `[ipv6]:port` with a port that can be dialled.
pub(crate) fn is_host_and_port(text: &str) -> bool {
    if let Ok(address) = text.parse::<SocketAddr>() {
        return address.port() != 0;
    }
    let Some((host, port)) = text.rsplit_once(':') else {
        return false;
    };
    is_name(host)
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && port.parse::<u16>().is_ok_and(|port| port != 0)
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
        for good in [
            "1.2.3.4:1",
            "[::1]:6881",
            "example.org:65535",
            "a_b:80",
            &format!("{}:1", "a".repeat(253)),
        ] {
            assert!(is_host_and_port(good), "{good}");
        }
        let long = format!("{}:1", "a".repeat(254));
        for bad in [
            "",
            ":",
            ":1",
            "1.2.3.4",
            "1.2.3.4:0",
            "a:0",
            "a:65536",
            "a:+1",
            "a:",
            "::1:80",
            "a b:1",
            "a\n:1",
            &long,
        ] {
            assert!(!is_host_and_port(bad), "{bad}");
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
