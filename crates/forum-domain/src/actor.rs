//! Who asks.

use crate::id::{SessionId, UserId};

/// A signed-in user, in one of his device sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Who acts.
    pub user_id: UserId,
    /// The session he acts in: it survives what ends his other sessions.
    pub session_id: SessionId,
}

/// Where a request comes from, as far as limits and the list of sessions need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The client's address as limits count it (IPv6 by its /64), see [`Origin::new`].
    pub ip: String,
    /// What the client calls itself, cut to 300 characters.
    pub user_agent: Option<String>,
}

impl Origin {
    /// An origin for an address; a /64 is one client, since that is what one subscriber is given.
    #[must_use]
    pub fn new(ip: std::net::IpAddr, user_agent: Option<&str>) -> Self {
        let ip = match ip.to_canonical() {
            std::net::IpAddr::V4(v4) => v4.to_string(),
            std::net::IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                format!("{}/64", std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        };
        let user_agent = user_agent
            .map(|text| text.chars().filter(|c| !c.is_control()).take(300).collect::<String>())
            .filter(|text| !text.is_empty());
        Self { ip, user_agent }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> String {
        Origin::new(text.parse().unwrap(), None).ip
    }

    #[test]
    fn an_ipv6_subscriber_is_one_client_whatever_his_last_64_bits() {
        assert_eq!(ip("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(ip("2001:db8:1:2:ffff::1"), ip("2001:db8:1:2::"));
        assert_ne!(ip("2001:db8:1:3::"), ip("2001:db8:1:2::"));
    }

    #[test]
    fn an_ipv4_address_is_one_client_in_either_spelling() {
        assert_eq!(ip("192.0.2.1"), "192.0.2.1");
        assert_eq!(ip("::ffff:192.0.2.1"), "192.0.2.1");
    }

    #[test]
    fn what_a_client_calls_itself_is_cut_and_cannot_break_a_log() {
        let agent = |text: &str| Origin::new([192, 0, 2, 1].into(), Some(text)).user_agent;
        assert_eq!(agent("curl/8\r\n\0x").as_deref(), Some("curl/8x"));
        assert_eq!(agent(&"器".repeat(301)).unwrap().chars().count(), 300);
        assert_eq!(agent("\r\n"), None);
    }
}
