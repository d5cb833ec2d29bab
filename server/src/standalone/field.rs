//! The fields of a form, as they were typed.

use crate::problem::Problem;
use axum::extract::{Form, FromRequest, Request};
use domain::secret::SecretText;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

/// A form. A field that is missing, unknown or there twice makes it unreadable, and nothing of it is repeated.
pub(crate) struct Fields<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Fields<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let form = Form::<T>::from_request(request, state).await;
        form.map(|Form(fields)| Self(fields)).map_err(|_| Problem::Malformed)
    }
}

/// A field that is a secret: wiped when it is done with, and never printed.
pub(crate) struct Typed(SecretText);

impl Typed {
    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(SecretText::new(text)))
    }
}
