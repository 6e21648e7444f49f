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
