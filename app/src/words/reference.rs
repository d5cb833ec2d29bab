//! The words around the description of the HTTP API. What stands between them comes from the OpenAPI document.

pub(crate) const TITLE: &str = "HTTP API";
pub(crate) const LEAD: &str = "Every request carries the header “Authorization: Bearer” with an API key of your site. For generators there is";
pub(crate) const DOCUMENT: &str = "the OpenAPI document";
pub(crate) const CONTENTS: &str = "Operations";
pub(crate) const SCOPE: &str = "For keys with the scope";
pub(crate) const PARAMETERS: &str = "In path, query and headers";
pub(crate) const BODY: &str = "In the body";
pub(crate) const ANSWERS: &str = "Answers";
pub(crate) const OPTIONAL: &str = "may be absent";
