//! The HTTP API in words, for whoever writes a site's server. It is read from the OpenAPI document, so it needs no
//! script, no other host and no second truth.

use super::frame::{Frame, Loads, Sheet, document};
use crate::words::reference as said;
use leptos::prelude::*;

/// The API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What it is for.
    pub lead: String,
    /// Its operations, by what they are about.
    pub groups: Vec<Group>,
}

/// Operations about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What one does with it.
    pub about: String,
    /// The operations.
    pub operations: Vec<Operation>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Its stable name, which is its anchor, too.
    pub id: String,
    /// `POST`, say.
    pub method: String,
    /// Where it is.
    pub path: String,
    /// What it does, in a line.
    pub summary: String,
    /// What else is to be said of it.
    pub about: String,
    /// The scope of the key that it needs, if it needs one.
    pub scope: Option<String>,
    /// What it takes in path, query and headers.
    pub parameters: Vec<Field>,
    /// What it takes in its body.
    pub body: Vec<Field>,
    /// What it answers.
    pub answers: Vec<Answer>,
}

/// Something that is sent or answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name; what stands within something else is named after it.
    pub name: String,
    /// What it is.
    pub kind: String,
    /// Whether it may be absent.
    pub optional: bool,
    /// What it means.
    pub about: String,
}

/// One status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: String,
    /// What it means; of a refusal, its codes.
    pub about: String,
    /// What the answer holds.
    pub fields: Vec<Field>,
}

/// The page at `/docs`.
#[must_use]
pub fn reference(frame: &Frame, reference: &Reference) -> String {
    document(frame, || Sheet {
        title: said::TITLE,
        tab: None,
        loads: Loads::Reference,
        content: view! {
            <h1>{said::TITLE}</h1>
            <p class="lead">{reference.lead.clone()}</p>
            <p>{said::LEAD}" "<a href="/v1/openapi.json">{said::DOCUMENT}</a></p>
            {contents(&reference.groups)}
            {reference.groups.iter().map(group).collect_view()}
        }
        .into_any(),
    })
}

fn contents(groups: &[Group]) -> AnyView {
    let operations = groups.iter().flat_map(|group| &group.operations);
    let entry = |operation: &Operation| {
        let (method, path) = (operation.method.clone(), operation.path.clone());
        view! {
            <li>
                <a href=["#", &operation.id].concat()>{operation.summary.clone()}</a>
                <code>{method}" "{path}</code>
            </li>
        }
    };
    view! {
        <nav class="card contents" aria-label=said::CONTENTS>
            <ul>{operations.map(entry).collect_view()}</ul>
        </nav>
    }
    .into_any()
}

fn group(group: &Group) -> AnyView {
    view! {
        <section class="group">
            <h2>{group.about.clone()}</h2>
            {group.operations.iter().map(operation).collect_view()}
        </section>
    }
    .into_any()
}

fn operation(operation: &Operation) -> AnyView {
    let scope = operation
        .scope
        .as_ref()
        .map(|scope| view! { <p class="hint">{said::SCOPE}" "<code>{scope.clone()}</code></p> });
    let about = (!operation.about.is_empty()).then(|| view! { <p>{prose(&operation.about)}</p> });
    view! {
        <article class="card operation" id=operation.id.clone()>
            <h3>{operation.summary.clone()}</h3>
            <p class="call">
                <span class="badge">{operation.method.clone()}</span>
                <code>{operation.path.clone()}</code>
            </p>
            {about}
            {scope}
            {fields(said::PARAMETERS, &operation.parameters)}
            {fields(said::BODY, &operation.body)}
            {answers(&operation.answers)}
        </article>
    }
    .into_any()
}

fn fields(title: &'static str, fields: &[Field]) -> Option<AnyView> {
    (!fields.is_empty()).then(|| {
        view! {
            <h4>{title}</h4>
            {list(fields)}
        }
        .into_any()
    })
}

fn list(fields: &[Field]) -> AnyView {
    let one = |field: &Field| {
        let optional = field.optional.then(|| view! { <span class="hint">{said::OPTIONAL}</span> });
        view! {
            <div>
                <dt><code>{field.name.clone()}</code>" "<span class="hint">{field.kind.clone()}</span>" "{optional}</dt>
                <dd>{prose(&field.about)}</dd>
            </div>
        }
    };
    view! { <dl class="fields">{fields.iter().map(one).collect_view()}</dl> }.into_any()
}

fn answers(answers: &[Answer]) -> AnyView {
    let one = |answer: &Answer| {
        let good = answer.status.starts_with('2');
        let fields = (good && !answer.fields.is_empty()).then(|| list(&answer.fields));
        view! {
            <div>
                <dt><span class="badge" class:on=good>{answer.status.clone()}</span></dt>
                <dd>{prose(&answer.about)}{fields}</dd>
            </div>
        }
    };
    view! {
        <h4>{said::ANSWERS}</h4>
        <dl class="answers">{answers.iter().map(one).collect_view()}</dl>
    }
    .into_any()
}

/// Text in which what stands between backticks is code.
fn prose(text: &str) -> AnyView {
    let parts = text.split('`').enumerate().map(|(at, part)| {
        let part = part.to_owned();
        if at % 2 == 0 { part.into_any() } else { view! { <code>{part}</code> }.into_any() }
    });
    parts.collect_view().into_any()
}
