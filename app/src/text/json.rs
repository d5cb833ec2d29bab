//! Writing the few lines of JSON that a browser sends.

/// An object whose members are texts or `null` (RFC 8259, section 7).
pub(crate) fn json_object(members: &[(&str, Option<String>)]) -> String {
    let mut json = String::from("{");
    for (name, value) in members {
        if json.len() > 1 {
            json.push(',');
        }
        string(&mut json, name);
        json.push(':');
        match value {
            Some(value) => string(&mut json, value),
            None => json.push_str("null"),
        }
    }
    json.push('}');
    json
}

fn string(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            // Nothing that a person types holds one; a space is refused where it matters.
            '\0'..='\u{1f}' => json.push(' '),
            other => json.push(other),
        }
    }
    json.push('"');
}

#[cfg(test)]
mod tests {
    use super::json_object;
    use leptos::serde_json::{Value, from_str, json};

    #[test]
    fn an_object_is_read_as_it_was_written() {
        let nasty = "a\"b\\c</script>\u{2028}é🔑";
        let text = json_object(&[("name", Some(nasty.to_owned())), ("code", None)]);
        assert_eq!(from_str::<Value>(&text).unwrap(), json!({ "name": nasty, "code": null }));
        assert_eq!(json_object(&[]), "{}");
    }

    #[test]
    fn a_control_character_does_not_break_it() {
        let text = json_object(&[("name", Some("a\u{0}b\nc".to_owned()))]);
        assert_eq!(from_str::<Value>(&text).unwrap(), json!({ "name": "a b c" }));
    }
}
