//! A name of this server that is not its public one: of a service in a cluster, say.

use http::uri::Authority;

/// A host, of any port or of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InternalHost {
    host: String,
    port: Option<u16>,
}

impl InternalHost {
    /// Reads `host` or `host:port`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let authority: Authority = text.trim().parse().ok()?;
        let port = authority.port_u16();
        let host = authority.host().to_ascii_lowercase();
        let whole = port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        // Nobody in front of it, and nothing that was passed over.
        (!host.is_empty() && whole.eq_ignore_ascii_case(authority.as_str())).then_some(Self { host, port })
    }

    /// Whether a `Host` header says it.
    pub fn is_host(&self, header: &str) -> bool {
        let Ok(authority) = header.parse::<Authority>() else { return false };
        let is_port = self.port.is_none_or(|port| authority.port_u16() == Some(port));
        is_port && !header.contains('@') && authority.host().eq_ignore_ascii_case(&self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_a_port_is_good_for_every_port() {
        let host = InternalHost::parse(" Twofold.Internal ").unwrap();
        for good in ["twofold.internal", "TWOFOLD.internal:3000", "twofold.internal:80"] {
            assert!(host.is_host(good), "{good}");
        }
        for bad in ["", "internal", "a.twofold.internal", "twofold.internal.", "x@twofold.internal", "[::1]"]
        {
            assert!(!host.is_host(bad), "{bad}");
        }
        let host = InternalHost::parse("[fd00::1]:3000").unwrap();
        assert!(
            host.is_host("[fd00::1]:3000") && !host.is_host("[fd00::1]") && !host.is_host("[fd00::1]:3001")
        );
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for bad in
            ["", "http://twofold", "twofold/v1", "ada@twofold", "twofold:", "twofold:99999", "*:x", "a b"]
        {
            assert_eq!(InternalHost::parse(bad), None, "{bad}");
        }
    }
}
