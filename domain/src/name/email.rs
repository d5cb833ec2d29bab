//! E-mail addresses: which text is one, and which two are the same.

use super::{NameError, trimmed};

/// An e-mail address that a mail server can be given: `local@domain`, at most 254 characters (RFC 5321, section 4.5.3.1.3).
/// Before the last `@` stands a dot-atom (RFC 5322, section 3.2.3; letters and digits of every script, RFC 6531) of at most
/// 64 bytes, behind it a host name. No quoted text, no comment, no list, no angle brackets: what else the grammar allows is
/// nobody's address, and is how a letter goes to somebody else. Every address is read by this, and what it accepts the mailer
/// sends to: a test of the server compares the two.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

crate::secret::redacted!(EmailAddress);

impl EmailAddress {
    /// Trims white space at both ends and accepts what is left.
    ///
    /// # Errors
    /// If it is empty, too long with its white space, or no address.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = trimmed(text, 254, "")?;
        let (local, domain) = text.rsplit_once('@').ok_or(NameError::Forbidden)?;
        let well_formed = is_local_part(local) && domain.split('.').all(is_domain_label);
        well_formed.then_some(Self(text)).ok_or(NameError::Forbidden)
    }

    /// The address that was stored. An earlier version accepted more than [`Self::parse`] does: whoever has such an address
    /// keeps it until they are given another.
    #[must_use]
    pub const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The address, as the site wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What tells two addresses apart, and for whatever else is taken for one: in lower case, its domain as mail servers look
    /// it up (UTS 46). Whoever writes one domain in several ways, `münchen.test` and `xn--mnchen-3ya.test` or in letters of full
    /// width, writes to one mailbox.
    #[must_use]
    pub fn comparable(text: &str) -> String {
        let text = text.trim();
        let Some((local, domain)) = text.rsplit_once('@') else { return text.to_lowercase() };
        let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_lowercase());
        format!("{}@{domain}", local.to_lowercase())
    }

    /// Whether both are one mailbox; see [`Self::comparable`].
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        Self::comparable(&self.0) == Self::comparable(&other.0)
    }

    /// The address for whoever knows it already: its first character and its domain, cut to the length of a [`Name`].
    #[must_use]
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let first = local.chars().next().unwrap_or('•');
        let shown: String = domain.chars().take(58).collect();
        format!("{first}•••@{shown}")
    }
}

/// A dot-atom of at most 64 bytes (RFC 5321, section 4.5.3.1.1).
fn is_local_part(text: &str) -> bool {
    let atom = |atom: &str| !atom.is_empty() && atom.chars().all(is_atom_text);
    text.len() <= 64 && text.split('.').all(atom)
}

fn is_atom_text(c: char) -> bool {
    c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
}

/// Letters, digits and dashes, at most 63 bytes, with no dash at either end (RFC 1123, section 2.1).
fn is_domain_label(text: &str) -> bool {
    let characters = text.chars().all(|c| c.is_alphanumeric() || c == '-');
    !text.is_empty() && text.len() <= 63 && characters && !text.starts_with('-') && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::Name;

    #[test]
    fn an_address_is_the_same_however_its_domain_is_written() {
        let same = [
            "Ada@münchen.test",
            "ada@MÜNCHEN.test",
            " ada@xn--mnchen-3ya.test ",
            "ada@XN--MNCHEN-3YA.TEST",
            "ada@ｍünchen.test",
        ];
        for text in same {
            assert_eq!(EmailAddress::comparable(text), "ada@xn--mnchen-3ya.test", "{text}");
        }
        assert_ne!(EmailAddress::comparable("ada@munchen.test"), EmailAddress::comparable(same[0]));
        for (text, comparable) in
            [("Ada", "ada"), ("A@xn--\u{ad}.test", "a@xn--\u{ad}.test"), ("a@B_c.test", "a@b_c.test")]
        {
            assert_eq!(EmailAddress::comparable(text), comparable, "what is none is itself");
        }
    }

    #[test]
    fn an_address_needs_something_on_both_sides_of_the_at_and_does_not_print() {
        let ada = EmailAddress::parse(" Ada@example.com ").unwrap();
        assert_eq!(
            (ada.as_str(), format!("{ada:?}").as_str()),
            ("Ada@example.com", "EmailAddress(redacted)")
        );
        assert_eq!(ada.masked(), "A•••@example.com");
        let long = EmailAddress::parse(&format!("a@{}", vec!["é".repeat(31); 6].join("."))).unwrap();
        assert!(Name::parse(&long.masked()).is_ok());
        for text in ["ada", "@example.com", "ada@", "a da@example.com", "ada@example.com\u{0}"] {
            assert_eq!(EmailAddress::parse(text), Err(NameError::Forbidden), "{text:?}");
        }
        assert_eq!(EmailAddress::parse(" "), Err(NameError::Empty));
        let domain = vec!["a".repeat(63); 3].join(".");
        let long = format!("{}@{domain}", "a".repeat(63));
        assert_eq!(EmailAddress::parse(&long), Err(NameError::TooLong { limit: 254 }));
        assert!(EmailAddress::parse(&long[1..]).is_ok());
    }

    #[test]
    fn an_address_is_one_address_and_nothing_around_it() {
        for text in [
            "a@b.test,victim@x.test",
            "a@b.test, victim@x.test",
            "<a@b.test>",
            "Ada <a@b.test>",
            "a@b@c.test",
            "\"a b\"@c.test",
            "a(comment)@b.test",
            "a@[127.0.0.1]",
            "a;b@c.test",
            "a..b@c.test",
            ".a@b.test",
            "a@b..test",
            "a@-b.test",
            "a@b.test.",
            "a@b.test>",
            "a\r\nBcc: v@x.test@b.test",
        ] {
            assert_eq!(EmailAddress::parse(text), Err(NameError::Forbidden), "{text:?}");
        }
        for text in [
            "ada+shop@example.com",
            "o'neil@example.com",
            "ada@localhost",
            "jürgen@münchen.example",
            "a_b@c-d.test",
        ] {
            assert!(EmailAddress::parse(text).is_ok(), "{text}");
        }
    }
}
