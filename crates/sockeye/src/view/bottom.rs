//! One line at the bottom of a terminal that is redrawn in its place.
//! Never uses more for it than blanks and a carriage return, which every terminal has.

use unicode_width::UnicodeWidthStr as _;

use super::Page;

/// The line, if there is one.
#[derive(Debug, Default)]
pub(super) struct Bottom {
    text: String,
}

impl Bottom {
    /// Puts `text` in place of what stands there.
    pub(super) fn draw(&mut self, text: String, page: &mut Page) {
        if text == self.text {
            return;
        }
        let left = self.text.width().saturating_sub(text.width());
        page.err(&format!("\r{text}{:left$}", ""));
        self.text = text;
    }

    /// Takes it away.
    pub(super) fn wipe(&mut self, page: &mut Page) {
        if !self.text.is_empty() {
            page.err(&format!("\r{:1$}\r", "", self.text.width()));
            self.text.clear();
        }
    }

    /// Writes whole lines above it.
    pub(super) fn above(&mut self, page: &mut Page, write: impl FnOnce(&mut Page)) {
        let text = self.text.clone();
        self.wipe(page);
        write(page);
        self.draw(text, page);
    }
}
