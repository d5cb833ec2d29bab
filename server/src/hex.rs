//! Bytes as hexadecimal digits, which need no encoding in a URL, a form or a page.

pub(crate) fn write(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn read(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digits = |pair: &[u8; 2]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
    // A sign would be read as part of a number.
    let written = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    (rest.is_empty() && written).then(|| pairs.iter().map(digits).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_read_back_and_nothing_else_does() {
        assert_eq!(read(&write(&[0, 9, 10, 255])), Some(vec![0, 9, 10, 255]));
        assert_eq!(read(""), Some(vec![]));
        for bad in ["0", "0g", "+1", " 00", "é", "00 "] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
