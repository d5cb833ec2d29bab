//! The one way in which fields are written before they are hashed: no two lists of fields read the same.

/// Fields one after the other, each behind its length; in front what it is a digest of.
pub(super) struct Encoding(Vec<u8>);

impl Encoding {
    pub(super) fn of(what: &str) -> Self {
        Self(Vec::with_capacity(256)).field(what.as_bytes())
    }

    pub(super) fn field(mut self, bytes: &[u8]) -> Self {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(bytes);
        self
    }

    /// Nothing is another thing than an empty field.
    pub(super) fn maybe(self, bytes: Option<&[u8]>) -> Self {
        match bytes {
            Some(bytes) => self.field(&[1]).field(bytes),
            None => self.field(&[0]),
        }
    }

    pub(super) fn maybe_text(self, text: Option<&str>) -> Self {
        self.maybe(text.map(str::as_bytes))
    }

    pub(super) fn number(self, number: i64) -> Self {
        self.field(&number.to_be_bytes())
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}
