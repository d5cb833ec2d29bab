//! An e-mail address, as far as it matters here: what people type, and what tells two of them apart.

use domain::name::Label;

/// An e-mail address: `local@domain`, at most 128 characters, without white space, control characters or colons.
/// Whether anybody reads it is found out by writing to it, not by a stricter grammar.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(Label);

impl Email {
    /// Trims white space at both ends and accepts what is left; `None` if it is no address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
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
        Self::parse(text).map_or_else(|| text.trim().to_lowercase().into_bytes(), |email| email.key())
    }

    /// What tells two addresses apart, in which case does not.
    pub(super) fn key(&self) -> Vec<u8> {
        // Lower case can be longer than upper case: the key is cut to its column, which only ever merges addresses of
        // more than a hundred characters.
        let mut key = self.as_str().to_lowercase().into_bytes();
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

    #[test]
    fn an_address_is_trimmed_and_needs_something_on_both_sides_of_the_at() {
        assert_eq!(
            Email::parse(" Ada@example.com ").map(|email| email.as_str().to_owned()).as_deref(),
            Some("Ada@example.com")
        );
        for text in
            ["", "ada", "@example.com", "ada@", "a da@example.com", "ada@exa:mple.com", "ada@example.com\0"]
        {
            assert_eq!(Email::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn addresses_that_differ_in_case_are_one() {
        let key = |text| Email::parse(text).map(|email| email.key());
        assert_eq!(key("Ada@Example.com"), key("ada@example.COM"));
        assert_ne!(key("ada@example.com"), key("bob@example.com"));
    }
}
