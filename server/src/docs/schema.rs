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
        let object = self.object(schema);
        let required: Vec<&str> = list(object, "/required").filter_map(Value::as_str).collect();
        let mut fields = Vec::new();
        for (name, of) in entries(object, "/properties").filter(|_| depth < DEEPEST) {
            let full = [within, name].concat();
            let optional = !required.contains(&name.as_str());
            fields.push(Field { name: full.clone(), kind: self.kind(of), optional, about: self.about(of) });
            let each = if self.resolved(of).get("items").is_some() { "[]." } else { "." };
            fields.extend(self.fields_within(&[&full, each].concat(), of, depth + 1));
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

    /// The object that a schema is, or is a list of.
    fn object(&self, schema: &'a Value) -> &'a Value {
        let schema = self.resolved(schema);
        schema.get("items").map_or(schema, |items| self.resolved(items))
    }

    /// What a reference, or what may be null, stands for.
    fn resolved(&self, schema: &'a Value) -> &'a Value {
        if let Some(schema) = list(schema, "/oneOf").find(|one| !is_null(one)) {
            return self.resolved(schema);
        }
        let pointer = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'));
        let found = pointer.and_then(|pointer| self.document.pointer(pointer));
        found.map_or(schema, |schema| self.resolved(schema))
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
