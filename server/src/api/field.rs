//! What is wrong with a field of a request, without a word of what was in it.

use domain::name::NameError;

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// It means nothing here.
    Meaningless,
    /// It must be there.
    Missing,
    /// There is no such field.
    Unknown,
    /// It is there twice.
    Twice,
    /// It is of another type, or none of the words it may be.
    Type,
    /// It must not be empty.
    Empty,
    /// It is too long.
    TooLong,
    /// It holds a character that is not allowed.
    Forbidden,
}

impl Flaw {
    pub(super) const fn detail(self) -> &'static str {
        match self {
            Self::Meaningless => {
                "This means nothing here: what is asked for is done once as it is. Leave it out."
            }
            Self::Missing => "This field is missing.",
            Self::Unknown => "There is no such field here.",
            Self::Twice => "This field is there twice.",
            Self::Type => "This field is of another type.",
            Self::Empty => "This field must not be empty.",
            Self::TooLong => "This field is too long.",
            Self::Forbidden => "This field holds a character that is not allowed.",
        }
    }
}

impl From<NameError> for Flaw {
    fn from(error: NameError) -> Self {
        match error {
            NameError::Empty => Self::Empty,
            NameError::TooLong { .. } => Self::TooLong,
            NameError::Forbidden => Self::Forbidden,
        }
    }
}
