//! An e-mail address, as far as it matters here: what people type, and what tells two of them apart.

use domain::name::{EmailAddress, Label};

/// An e-mail address of at most 128 characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(Label);

impl Email {
    /// Trims white space at both ends and accepts what is left; `None` if it is no [`EmailAddress`], or too long.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        EmailAddress::parse(text).ok()?;
        Label::parse(text).ok().map(Self)
    }

    /// The address of an account that there may be, as it was stored or as somebody types it to sign in. An earlier version
    /// accepted more than [`Self::parse`] does, and whoever has such an address goes on signing in with it.
    #[must_use]
    pub fn known(text: &str) -> Option<Self> {
        let label = Label::parse(text).ok()?;
        let (local, domain) = label.as_str().rsplit_once('@')?;
        let well_formed =
            !local.is_empty() && !domain.is_empty() && !label.as_str().contains(char::is_whitespace);
        well_formed.then_some(Self(label))
    }

    /// The address, as it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// What authenticator apps show for it.
    #[must_use]
    pub const fn label(&self) -> &Label {
        &self.0
    }

    /// What tells the tries for two addresses apart: for what can be one, what its account is looked up by, and for
    /// anything else the same as far as it goes. Nothing that finds the same account is counted apart.
    #[must_use]
    pub fn counted_as(text: &str) -> Vec<u8> {
        Self::parse(text).map_or_else(|| EmailAddress::comparable(text).into_bytes(), |email| email.key())
    }

    /// What tells two addresses apart, in which neither case nor the spelling of a domain does.
    pub(super) fn key(&self) -> Vec<u8> {
        // A key can be longer than its address: it is cut to its column, which only ever merges addresses of more than a
        // hundred characters.
        let mut key = EmailAddress::comparable(self.as_str()).into_bytes();
        key.truncate(512);
        key
    }
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Email(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(email: Option<Email>) -> Option<String> {
        email.map(|email| email.as_str().to_owned())
    }

    #[test]
    fn an_address_is_trimmed_and_needs_something_on_both_sides_of_the_at() {
        for read in [Email::parse, Email::known] {
            assert_eq!(said(read(" Ada@example.com ")).as_deref(), Some("Ada@example.com"));
            for text in [
                "",
                "ada",
                "@example.com",
                "ada@",
                "a da@example.com",
                "ada@exa:mple.com",
                "ada@example.com\0",
            ] {
                assert_eq!(said(read(text)), None, "{text:?}");
            }
        }
    }

    #[test]
    fn what_an_earlier_version_accepted_is_known_and_given_to_nobody_new() {
        for text in ["<a@b.test>", "a@b.test,victim@x.test", "a..b@c.test"] {
            assert_eq!(said(Email::parse(text)), None, "{text}");
            assert_eq!(said(Email::known(text)).as_deref(), Some(text));
        }
    }

    #[test]
    fn addresses_that_differ_in_case_or_in_the_spelling_of_their_domain_are_one() {
        let key = |text| Email::parse(text).map(|email| email.key());
        assert_eq!(key("Ada@Example.com"), key("ada@example.COM"));
        assert_eq!(key("ada@bücher.test"), key("Ada@xn--bcher-kva.test"));
        assert_ne!(key("ada@example.com"), key("bob@example.com"));
    }
}
