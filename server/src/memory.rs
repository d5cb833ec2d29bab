//! How the system gives this process its memory.

use rustix::thread::disable_transparent_huge_pages;

/// Has it given in pages of the ordinary size: in huge ones of 2 MiB, which many systems give to whoever does not refuse them, a
/// process at rest holds 28 MB where it uses 6.
///
/// To be called before anything else. Where the system does not know the setting it gives none.
pub fn in_small_pages() {
    let _ = disable_transparent_huge_pages(true);
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::thread::transparent_huge_pages_are_disabled;

    #[test]
    fn whoever_asks_for_small_pages_is_given_no_huge_ones() {
        in_small_pages();
        assert!(transparent_huge_pages_are_disabled().unwrap());
    }
}
