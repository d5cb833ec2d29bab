//! The address of a client behind proxies that the operator trusts, and of nobody else.

use http::{HeaderMap, HeaderName};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// An address, or a range of them in CIDR notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: u128,
    mask: u128,
}

impl Network {
    pub(crate) fn contains(self, address: IpAddr) -> bool {
        number(address) & self.mask == self.address
    }
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, length) =
            text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let address: IpAddr = address.parse().map_err(|_| ())?;
        let (longest, before) = if address.is_ipv4() { (32, 96) } else { (128, 0) };
        let length: u32 = length.map_or(Ok(longest), str::parse).map_err(|_| ())?;
        if length > longest {
            return Err(());
        }
        let mask = u128::MAX.checked_shl(128 - (before + length)).unwrap_or(0);
        Ok(Self { address: number(address) & mask, mask })
    }
}

/// Both families as one: IPv4 mapped into IPv6 (RFC 4291, 2.5.5.2).
fn number(address: IpAddr) -> u128 {
    let mapped: Ipv6Addr = match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped(),
        IpAddr::V6(v6) => v6,
    };
    u128::from(mapped)
}

/// Who stands before the proxies: the last address of `X-Forwarded-For` that is not one of them. A client can write
/// anything before it, and is not asked at all unless the peer is a trusted proxy.
pub(super) fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(peer) {
        return peer.to_canonical();
    }
    let values = headers.get_all(X_FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        let Some(address) = address_of(hop) else { break };
        nearest = address;
        if !is_trusted(address) {
            break;
        }
    }
    nearest.to_canonical()
}

/// An address, as proxies write it: some with the port beside it, IPv6 in brackets (RFC 7239, section 6).
fn address_of(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn seen(peer: &str, forwarded: &'static str, trusted: &[&str]) -> String {
        let headers = HeaderMap::from_iter([(X_FORWARDED_FOR, HeaderValue::from_static(forwarded))]);
        let trusted: Vec<Network> = trusted.iter().map(|one| one.parse().unwrap()).collect();
        client(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_stranger_does_not_choose_its_address() {
        assert_eq!(seen("203.0.113.9", "10.0.0.1", &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9", "10.0.0.1", &["10.0.0.0/8"]), "203.0.113.9");
    }

    #[test]
    fn a_trusted_proxy_says_who_came_and_what_stands_before_is_not_believed() {
        assert_eq!(seen("10.1.2.3", "1.1.1.1, 203.0.113.9", &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(seen("10.1.2.3", "1.1.1.1, 203.0.113.9, 10.9.9.9", &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(seen("::ffff:10.1.2.3", "203.0.113.9", &["10.0.0.0/8"]), "203.0.113.9");
        for (written, read) in [
            ("203.0.113.9:49152", "203.0.113.9"),
            ("[2001:db8::7]:49152", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
        ] {
            assert_eq!(seen("10.1.2.3", written, &["10.0.0.0/8"]), read, "{written}");
        }
        assert_eq!(seen("10.1.2.3", "203.0.113.9, junk", &["10.0.0.0/8"]), "10.1.2.3");
        assert_eq!(seen("2001:db8::1", "2001:db9::7", &["2001:db8::/32"]), "2001:db9::7");
    }

    #[test]
    fn a_network_is_written_in_cidr() {
        for wrong in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "proxy", "10.0.0.0/-1", "10.0.0.0/"] {
            assert_eq!(wrong.parse::<Network>(), Err(()), "{wrong}");
        }
        assert!("0.0.0.0/0".parse::<Network>().unwrap().contains("1.2.3.4".parse().unwrap()));
        assert!(!"0.0.0.0/0".parse::<Network>().unwrap().contains("2001:db8::1".parse().unwrap()));
    }
}
