//! The picture that is shown with a link to the book.

use crate::Result;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// The drawing. Its letters are outlines, so that it looks the same on a machine without fonts.
const SVG: &str = include_str!("../../theme/open_graph.svg");
/// Its width and height in pixels.
pub const SIZE: (u32, u32) = (1200, 630);
/// What it shows.
pub const ALT: &str = "Memory-mapped files in Rust: pages of a file, the page cache, and a map of \
                       them in the address space of a program";

/// Draws it, as a PNG.
///
/// # Errors
///
/// Where the drawing is no SVG.
pub fn draw() -> Result<Vec<u8>> {
    let tree = Tree::from_str(SVG, &Options::default())?;
    let (width, height) = SIZE;
    let mut picture = Pixmap::new(width, height).ok_or("a picture without pixels")?;
    resvg::render(&tree, Transform::default(), &mut picture.as_mut());
    Ok(picture.encode_png()?)
}

#[cfg(test)]
mod tests {
    use super::{SIZE, draw};
    use resvg::tiny_skia::Pixmap;

    #[test]
    fn it_has_the_colors_of_the_book_all_over() {
        let picture = Pixmap::decode_png(&draw().unwrap()).unwrap();
        assert_eq!((picture.width(), picture.height()), SIZE);
        for (name, color, least) in [
            ("paper", (0xfc, 0xfb, 0xf8), 500_000),
            ("text", (0x22, 0x25, 0x2a), 10_000),
            ("accent", (0x9a, 0x3a, 0x12), 2_000),
        ] {
            let is = |pixel: &&resvg::tiny_skia::PremultipliedColorU8| {
                (pixel.red(), pixel.green(), pixel.blue()) == color && pixel.alpha() == 255
            };
            let count = picture.pixels().iter().filter(is).count();
            assert!(
                count > least,
                "{name}: expected {least} pixels, found {count}"
            );
        }
    }
}
