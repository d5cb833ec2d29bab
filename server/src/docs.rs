//! `/docs`: the OpenAPI document as a page. A library that draws one would need styles in the page, which the content
//! security policy forbids, and a megabyte of script.

mod schema;

use crate::api;
use crate::page;
use crate::route::Route;
use crate::state::Server;
use app::page::{Answer, Field, Group, Operation, Reference};
use axum::extract::State;
use axum::response::Html;
use serde_json::Value;
use std::sync::LazyLock;

/// It does not change while the server runs.
static REFERENCE: LazyLock<Reference> = LazyLock::new(|| {
    let document = api::openapi();
    Read { document: &document }.reference()
});

/// The page.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route::page("/docs", show)]
}

async fn show(State(server): State<Server>) -> Html<String> {
    Html(page::reference(&server, &REFERENCE))
}

struct Read<'a> {
    document: &'a Value,
}

impl<'a> Read<'a> {
    fn reference(&self) -> Reference {
        let lead = text(self.document, "/info/description");
        Reference { lead, groups: list(self.document, "/tags").map(|tag| self.group(tag)).collect() }
    }

    fn group(&self, tag: &Value) -> Group {
        let name = text(tag, "/name");
        let of_tag = self.operations().filter(|(.., of)| text(of, "/tags/0") == name);
        let operations = of_tag.map(|(method, path, of)| self.operation(method, path, of)).collect();
        Group { about: text(tag, "/description"), operations }
    }

    fn operations(&self) -> impl Iterator<Item = (&'a String, &'a String, &'a Value)> {
        entries(self.document, "/paths").flat_map(|(path, item)| {
            entries(item, "").map(move |(method, operation)| (method, path, operation))
        })
    }

    fn operation(&self, method: &str, path: &str, of: &'a Value) -> Operation {
        let scope = of.pointer("/x-scopes/0").and_then(Value::as_str).map(str::to_owned);
        let body = of.pointer("/requestBody/content/application~1json/schema");
        Operation {
            id: text(of, "/operationId"),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(of, "/summary"),
            about: text(of, "/description"),
            scope,
            parameters: list(of, "/parameters").map(|parameter| self.parameter(parameter)).collect(),
            body: body.map(|schema| self.fields(schema)).unwrap_or_default(),
            answers: entries(of, "/responses").map(|(status, answer)| self.answer(status, answer)).collect(),
        }
    }

    fn parameter(&self, of: &'a Value) -> Field {
        let kind = of.pointer("/schema").map(|schema| self.kind(schema)).unwrap_or_default();
        let optional = of.pointer("/required") != Some(&Value::Bool(true));
        Field { name: text(of, "/name"), kind, optional, about: text(of, "/description") }
    }

    fn answer(&self, status: &str, of: &'a Value) -> Answer {
        let schema = of.pointer("/content/application~1json/schema");
        let fields = schema.map(|schema| self.fields(schema)).unwrap_or_default();
        Answer { status: status.to_owned(), about: text(of, "/description"), fields }
    }
}

fn text(of: &Value, pointer: &str) -> String {
    of.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn list<'a>(of: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    of.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

fn entries<'a>(of: &'a Value, pointer: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    of.pointer(pointer).and_then(Value::as_object).into_iter().flatten()
}
