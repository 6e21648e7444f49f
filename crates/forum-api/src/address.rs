//! Where a request comes from: the peer, or what proxies of ours say of it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipnet::IpNet;
use poem::{
    Request,
    http::{HeaderMap, HeaderValue},
    web::RemoteAddr,
};

/// The client's address: the peer's, unless that is a trusted proxy; then the rightmost address in
/// `X-Forwarded-For` that is none of ours, since everything left of it is whatever the client wrote.
pub(crate) fn client(request: &Request, trusted: &[IpNet]) -> IpAddr {
    // A peer without an address (a local socket) is on this machine.
    let peer = peer(request.remote_addr()).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    forwarded(peer, request.headers(), trusted)
}

fn peer(address: &RemoteAddr) -> Option<IpAddr> {
    address.as_socket_addr().map(|address| address.ip().to_canonical())
}

fn forwarded(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let ours = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let mut client = peer;
    if !ours(&client) {
        return client;
    }
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    for hop in lines.flat_map(|line: &HeaderValue| line.to_str().unwrap_or_default().rsplit(',')) {
        // A hop that says nothing legible is as far as the chain can be believed.
        let Some(address) = address(hop.trim()) else { break };
        client = address;
        if !ours(&client) {
            break;
        }
    }
    client
}

fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    let address = bare.parse::<IpAddr>().or_else(|_| hop.parse::<SocketAddr>().map(|address| address.ip()));
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client_of(peer: &str, sent: &[&str]) -> String {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let mut headers = HeaderMap::new();
        for line in sent {
            headers.append("x-forwarded-for", HeaderValue::from_str(line).unwrap());
        }
        forwarded(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn strangers_cannot_say_who_they_are() {
        assert_eq!(client_of("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(client_of("203.0.113.9", &[]), "203.0.113.9");
    }

    #[test]
    fn behind_a_proxy_the_rightmost_stranger_is_the_client() {
        assert_eq!(client_of("10.0.0.1", &["198.51.100.1, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(client_of("10.0.0.1", &["198.51.100.1, 203.0.113.9, 10.0.0.2"]), "203.0.113.9");
        assert_eq!(client_of("10.0.0.1", &["198.51.100.1", "203.0.113.9"]), "203.0.113.9");
        assert_eq!(client_of("fd00::1", &["203.0.113.9:4711"]), "203.0.113.9");
        assert_eq!(client_of("10.0.0.1", &["[2001:db8::1]:443"]), "2001:db8::1");
        assert_eq!(client_of("10.0.0.1", &["::ffff:203.0.113.9"]), "203.0.113.9");
    }

    #[test]
    fn what_cannot_be_read_ends_the_chain() {
        assert_eq!(client_of("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client_of("10.0.0.1", &["198.51.100.1, unknown"]), "10.0.0.1");
        assert_eq!(client_of("10.0.0.1", &["203.0.113.9, ,"]), "10.0.0.1");
    }
}
