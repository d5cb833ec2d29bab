//! The whole server, as a browser meets it: production's router, SQLite in a folder of its own, a clock that is moved.

// Said again for clippy, which lets tests unwrap.
#[cfg(test)]
mod suite;
