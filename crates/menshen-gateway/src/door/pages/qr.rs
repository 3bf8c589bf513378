//! QR codes as the path of an inline SVG.
//!
//! Text goes in, an outline comes out. No picture is loaded and no script is needed.

use qrcode::{Color, EcLevel, QrCode};

/// The longest text. Beyond it no camera reads the code off a screen, and drawing one costs more than anybody who
/// asks for the page has paid (S-060).
const LONGEST: usize = 500;
/// The white border the standard asks for, in modules.
const BORDER: usize = 4;

/// A QR code: a square of `side` units, its dark modules drawn by `path`.
#[derive(Debug)]
pub(super) struct Qr {
    pub(super) side: usize,
    pub(super) path: String,
}

impl Qr {
    /// Encodes a text; `None` when it is too long for a code that can be read.
    pub(super) fn of(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (y, row) in code.to_colors().chunks(width).enumerate() {
            draw_row(&mut path, y + BORDER, row);
        }
        let side = width + 2 * BORDER;
        Some(Self { side, path })
    }
}

/// One horizontal bar per run of dark modules.
fn draw_row(path: &mut String, y: usize, row: &[Color]) {
    let mut x = 0;
    for run in row.chunk_by(|a, b| a == b) {
        let length = run.len();
        if run.first() == Some(&Color::Dark) {
            let from = x + BORDER;
            path.extend([format!("M{from} {y}h{length}v1h-{length}z")]);
        }
        x += length;
    }
}
