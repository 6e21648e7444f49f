//! Counts connections, in all and by address.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use ipnet::IpNet;

use super::Limits;

/// Who is connected.
pub(super) struct Admission {
    total: AtomicUsize,
    by_address: Mutex<HashMap<IpAddr, usize>>,
    most: usize,
    most_of_one: usize,
    unlimited: Vec<IpNet>,
}

/// The right to be connected, given back when it is dropped.
pub(super) struct Permit {
    admission: Arc<Admission>,
    /// By what it was counted; `None` for a trusted proxy.
    address: Option<IpAddr>,
}

impl Admission {
    pub(super) fn new(limits: &Limits, unlimited: Vec<IpNet>) -> Self {
        Self {
            total: AtomicUsize::new(0),
            by_address: Mutex::default(),
            most: limits.connections,
            most_of_one: limits.connections_per_address,
            unlimited,
        }
    }

    /// Lets a connection in, unless there are too many.
    pub(super) fn enter(self: &Arc<Self>, peer: IpAddr) -> Option<Permit> {
        if self.total.fetch_add(1, Ordering::Relaxed) >= self.most {
            self.total.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let peer = peer.to_canonical();
        // From here on the permit gives back what was counted.
        let mut permit = Permit { admission: self.clone(), address: None };
        if !self.unlimited.iter().any(|net| net.contains(&peer)) {
            let address = subscriber(peer);
            let mut counts = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
            let count = counts.entry(address).or_default();
            if *count >= self.most_of_one {
                drop(counts);
                return None;
            }
            *count += 1;
            permit.address = Some(address);
        }
        Some(permit)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.admission.total.fetch_sub(1, Ordering::Relaxed);
        if let Some(address) = self.address {
            let mut counts = self.admission.by_address.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(count) = counts.get_mut(&address) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(&address);
                }
            }
        }
    }
}

/// What one subscriber is given: an IPv4 address, or a /64 of IPv6.
fn subscriber(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(connections: usize, connections_per_address: usize) -> Arc<Admission> {
        let limits = Limits { connections, connections_per_address, ..Limits::default() };
        Arc::new(Admission::new(&limits, vec!["10.0.0.0/8".parse().unwrap()]))
    }

    #[test]
    fn a_place_is_free_again_when_its_connection_goes() {
        let admission = admission(3, 2);
        let one: IpAddr = "192.0.2.1".parse().unwrap();
        let first = admission.enter(one).unwrap();
        let _second = admission.enter(one).unwrap();
        assert!(admission.enter(one).is_none(), "the address has its connections");
        drop(first);
        let _third = admission.enter(one).unwrap();
        let _other = admission.enter("192.0.2.2".parse().unwrap()).unwrap();
        assert!(admission.enter("192.0.2.3".parse().unwrap()).is_none(), "the server has its connections");
        assert_eq!(admission.total.load(Ordering::Relaxed), 3, "a refusal counts for nothing");
    }

    #[test]
    fn a_slash_64_is_one_client_and_a_proxy_is_many() {
        let admission = admission(100, 1);
        let _one = admission.enter("2001:db8::1".parse().unwrap()).unwrap();
        assert!(admission.enter("2001:db8::2".parse().unwrap()).is_none());
        let _other = admission.enter("2001:db8:0:1::1".parse().unwrap()).unwrap();
        let proxies: Vec<_> = (0..5).map(|_| admission.enter("::ffff:10.1.2.3".parse().unwrap())).collect();
        assert!(proxies.iter().all(Option::is_some));
    }
}
