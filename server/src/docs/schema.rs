//! Schemas in words: which fields an object has, and what each of them is.

use super::{Read, entries, list, text};
use app::page::Field;
use serde_json::Value;

/// How deep fields stand within fields. None of ours stands deeper, and a schema that holds itself has an end here.
const DEEPEST: usize = 4;

impl<'a> Read<'a> {
    /// The fields of an object, and those of the objects in it, named after where they stand.
    pub(super) fn fields(&self, schema: &'a Value) -> Vec<Field> {
        self.fields_within("", schema, 0)
    }

    fn fields_within(&self, within: &str, schema: &'a Value, depth: usize) -> Vec<Field> {
        let objects = self.objects(schema);
        let mut fields: Vec<Field> = Vec::new();
        for (name, of) in objects.iter().flat_map(|object| entries(object, "/properties")) {
            let full = [within, name].concat();
            let is_required =
                |object: &&Value| list(object, "/required").any(|one| one.as_str() == Some(name));
            let kind = self.kind(of);
            if let Some(known) = fields.iter_mut().find(|field| field.name == full) {
                // Of a union: what it may be in one case or another.
                if known.kind != kind {
                    known.kind = [&known.kind, ", ", &kind].concat();
                }
                continue;
            }
            let optional = !objects.iter().all(is_required);
            fields.push(Field { name: full.clone(), kind, optional, about: self.about(of) });
            let each = if self.resolved(of).get("items").is_some() { "[]." } else { "." };
            if depth < DEEPEST {
                fields.extend(self.fields_within(&[&full, each].concat(), of, depth + 1));
            }
        }
        fields
    }

    /// What it is, in a few words.
    pub(super) fn kind(&self, schema: &'a Value) -> String {
        let schema = self.resolved(schema);
        let words: Vec<String> = list(schema, "/enum").map(|word| format!("“{}”", text(word, ""))).collect();
        if !words.is_empty() {
            return words.join(", ");
        }
        if let Some(items) = schema.get("items") {
            return ["list of ", &self.kind(items)].concat();
        }
        match (text(schema, "/format").as_str(), plain_type(schema)) {
            ("uuid", _) => "UUID".to_owned(),
            ("date-time", _) => "moment".to_owned(),
            ("email", _) => "e-mail address".to_owned(),
            (_, "string") => "text".to_owned(),
            (_, "integer") => "number".to_owned(),
            (_, "boolean") => "true or false".to_owned(),
            (_, other) => other.to_owned(),
        }
    }

    /// What it means: its own words, or those of what it refers to.
    fn about(&self, schema: &'a Value) -> String {
        let either = list(schema, "/oneOf").find(|one| !is_null(one)).unwrap_or(schema);
        let own = text(either, "/description");
        if own.is_empty() { text(self.resolved(schema), "/description") } else { own }
    }

    /// The object that a schema is, or is a list of; each of them where it is one or another.
    fn objects(&self, schema: &'a Value) -> Vec<&'a Value> {
        let schema = self.referred(schema);
        let cases: Vec<&Value> = list(schema, "/oneOf").filter(|one| !is_null(one)).collect();
        if !cases.is_empty() {
            return cases.into_iter().flat_map(|one| self.objects(one)).collect();
        }
        vec![schema.get("items").map_or(schema, |items| self.resolved(items))]
    }

    /// What a reference, or what may be null, stands for.
    fn resolved(&self, schema: &'a Value) -> &'a Value {
        if let Some(schema) = list(schema, "/oneOf").find(|one| !is_null(one)) {
            return self.resolved(schema);
        }
        let found = self.referred(schema);
        if std::ptr::eq(found, schema) { schema } else { self.resolved(found) }
    }

    /// What a reference leads to; what is none is itself.
    fn referred(&self, schema: &'a Value) -> &'a Value {
        let pointer = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'));
        pointer.and_then(|pointer| self.document.pointer(pointer)).unwrap_or(schema)
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
}

/// The type of what is there; that it may be null as well says no more than that it may be absent.
fn plain_type(schema: &Value) -> &str {
    let one = schema.get("type").and_then(Value::as_str);
    one.or_else(|| list(schema, "/type").filter_map(Value::as_str).find(|of| *of != "null"))
        .unwrap_or_default()
}
