//! Where one is, among several steps.

use super::el;
use crate::words::set_up as words;
use leptos::prelude::*;

/// The steps by name, the current one marked. `of`: how many there are.
pub(crate) fn steps(of: usize, current: RwSignal<usize>) -> AnyView {
    let step = move |(at, name): (usize, &'static str)| {
        let done = move || (at < current.get()).then_some("done");
        let here = move || (at == current.get()).then_some("step");
        el("li", "").live_attr("class", done).live_attr("aria-current", here).text(name).view()
    };
    let items = words::STEPS.into_iter().take(of).enumerate().map(step);
    el("ol", "steps").attr("aria-label", words::STEPS_LABEL).children(items).view()
}
