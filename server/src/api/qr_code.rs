//! The QR code of a provisioning URI, drawn here so that no other service sees it.

use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;

/// Empty modules around the code (ISO/IEC 18004 demands four).
const MARGIN: usize = 4;

/// A text as an SVG document: black on white, one path of horizontal runs. `None` if it is too long.
pub(super) fn svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            if run.first() == Some(&Color::Dark) {
                let length = run.len();
                write!(path, "M{} {}h{length}v1h-{length}z", x + MARGIN, y + MARGIN).ok()?;
            }
            x += run.len();
        }
    }
    let side = width + 2 * MARGIN;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
    ))
}
