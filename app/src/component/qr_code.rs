//! The QR code, drawn on the server.

use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;

/// Empty modules around the code (ISO/IEC 18004 demands four).
const MARGIN: usize = 4;

/// A text as an SVG: black on white in every theme, one path of horizontal runs. `None` if it is too long.
pub(crate) fn svg(text: &str) -> Option<String> {
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
        "<svg viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" aria-hidden=\"true\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modules that the path paints dark.
    fn painted(svg: &str) -> Vec<(usize, usize)> {
        let path = svg.rsplit("d=\"").next().unwrap();
        let runs = path.split('M').skip(1);
        let modules = runs.flat_map(|run| {
            let numbers: Vec<usize> =
                run.split(['h', 'v', 'z', ' ']).filter_map(|n| n.parse().ok()).collect();
            (0..numbers[2]).map(move |at| (numbers[0] + at, numbers[1]))
        });
        modules.collect()
    }

    #[test]
    fn every_dark_module_is_painted_and_the_margin_is_not() {
        let text =
            "otpauth://totp/Example:alice@example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example";
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let width = code.width();
        let dark = code
            .to_colors()
            .iter()
            .enumerate()
            .filter(|(_, color)| **color == Color::Dark)
            .map(|(at, _)| (at % width + MARGIN, at / width + MARGIN))
            .collect::<Vec<_>>();
        assert_eq!(painted(&svg(text).unwrap()), dark);
    }
}
