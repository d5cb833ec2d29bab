//! One type for every element of the islands.
//!
//! `view!` makes a type of every element with all that is in it, and the compiler hydrates, builds and rebuilds each
//! of them in code of its own: measured, the WebAssembly of these two islands weighed 185 kB as brotli that way. Here
//! all elements are one type, all texts another, and everything that changes by itself is behind a `dyn` closure. The
//! pages that only the server renders are written with `view!`.
//!
//! What is [`live`] is drawn anew when it changes, not patched: two elements of this one type may have nothing in common.
//! (tachys sees to it by comparing the tag of a custom element, in small letters, with the document's, in capitals.)

use leptos::attr::any_attribute::{AnyAttribute, IntoAnyAttribute as _};
use leptos::attr::custom::custom_attribute;
use leptos::ev;
use leptos::html::{custom, inner_html, input};
use leptos::prelude::*;

/// An element on its way to becoming a view.
pub(crate) struct Element {
    tag: &'static str,
    attributes: Vec<AnyAttribute>,
    children: Vec<AnyView>,
    /// What is in it was drawn as a text: the browser looks for no children when it takes the page over.
    is_drawn: bool,
}

/// An element of this tag, with a class where it needs one.
pub(crate) fn el(tag: &'static str, class: &'static str) -> Element {
    let element = Element { tag, attributes: Vec::new(), children: Vec::new(), is_drawn: false };
    if class.is_empty() { element } else { element.attr("class", class) }
}

/// What changes by itself: called again whenever a signal that it read has changed.
pub(crate) fn live(view: impl FnMut() -> AnyView + Send + 'static) -> AnyView {
    let view: Box<dyn FnMut() -> AnyView + Send> = Box::new(view);
    view.into_any()
}

/// The words at whose hyphen no line ends.
const WHOLE: [&[u8; 10]; 2] = [b"Two-factor", b"two-factor"];

/// What is before the first of these words, the word, and what is after it.
pub(crate) fn around_whole(text: &str) -> Option<(&str, &str, &str)> {
    // Byte by byte: what `str::find` searches with weighs more than all else here.
    let at = text.as_bytes().windows(10).position(|word| WHOLE.into_iter().any(|whole| whole == word))?;
    let (before, rest) = text.split_at(at);
    let (word, after) = rest.split_at(10);
    Some((before, word, after))
}

/// A text. "Two-factor" stays in one line.
pub(crate) fn text(text: impl Into<String>) -> AnyView {
    let text: String = text.into();
    let Some((before, word, after)) = around_whole(&text) else { return text.into_any() };
    let plain = |part: &str| (!part.is_empty()).then(|| part.to_owned().into_any());
    let word = el("span", "whole").child(word.to_owned().into_any());
    // In one element: of a button, each text would be a box of its own.
    el("span", "").children(plain(before)).child(word).children(plain(after)).view()
}

/// A heading and a badge, which never stands in a line alone.
pub(crate) fn titled(heading: Element, badge: Element) -> Element {
    el("div", "titled").child(heading).text("\u{a0}").child(badge)
}

/// Several views, one after the other.
pub(crate) fn all(views: Vec<AnyView>) -> AnyView {
    views.into_any()
}

impl Element {
    pub(crate) fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let value: String = value.into();
        self.attributes.push(custom_attribute(name, value).into_any_attr());
        self
    }

    /// An attribute that changes by itself, and is absent while it is `None`.
    pub(crate) fn live_attr(
        mut self,
        name: &'static str,
        value: impl FnMut() -> Option<&'static str> + Send + 'static,
    ) -> Self {
        let value: Box<dyn FnMut() -> Option<&'static str> + Send> = Box::new(value);
        self.attributes.push(custom_attribute(name, value).into_any_attr());
        self
    }

    pub(crate) fn on(mut self, event: &'static str, handler: impl FnMut(web_sys::Event) + 'static) -> Self {
        let handler: Box<dyn FnMut(web_sys::Event)> = Box::new(handler);
        self.attributes.push(ev::on(ev::Custom::<web_sys::Event>::new(event), handler).into_any_attr());
        self
    }

    /// What the server drew, as it is. Never anything that a person typed.
    pub(crate) fn drawn(mut self, svg: String) -> Self {
        self.attributes.push(inner_html(svg).into_any_attr());
        self.is_drawn = true;
        self
    }

    pub(crate) fn text(self, words: impl Into<String>) -> Self {
        self.child(text(words))
    }

    pub(crate) fn live_text(self, mut words: impl FnMut() -> String + Send + 'static) -> Self {
        self.child(live(move || text(words())))
    }

    pub(crate) fn child(mut self, child: impl Into<AnyView>) -> Self {
        self.children.push(child.into());
        self
    }

    pub(crate) fn children(mut self, children: impl IntoIterator<Item = AnyView>) -> Self {
        self.children.extend(children);
        self
    }

    pub(crate) fn view(self) -> AnyView {
        if self.tag == "input" {
            // The one void element: it has no end tag and no children.
            return input().add_any_attr(self.attributes).into_any();
        }
        if self.is_drawn {
            return custom(self.tag).add_any_attr(self.attributes).into_any();
        }
        custom(self.tag).add_any_attr(self.attributes).child(self.children).into_any()
    }
}

impl From<Element> for AnyView {
    fn from(element: Element) -> Self {
        element.view()
    }
}
