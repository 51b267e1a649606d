//! What is kept of a response for the validator.

/// How much of a wrong body is kept if the right one is known.
const MOST_OF_A_WRONG_BODY: usize = 4 << 10;

/// The head and the body of one answer, while it is read.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) active: bool,
    pub(super) head: Vec<u8>,
    body: Vec<u8>,
    /// The one right body: pieces are compared with it as they come, and not kept.
    right: Option<&'static [u8]>,
    compared: usize,
    differs: bool,
}

impl Kept {
    pub(super) fn reset(&mut self, right: Option<&'static [u8]>) {
        self.active = false;
        self.right = right;
        (self.compared, self.differs) = (0, false);
        self.head.clear();
        self.body.clear();
    }

    /// Takes the next piece of the body.
    pub(super) fn push(&mut self, piece: &[u8]) {
        if !self.active {
            return;
        }
        let Some(right) = self.right else {
            self.body.extend_from_slice(piece);
            return;
        };
        let end = self.compared.saturating_add(piece.len());
        self.differs |= right.get(self.compared..end) != Some(piece);
        self.compared = end;
        let room = MOST_OF_A_WRONG_BODY.saturating_sub(self.body.len()).min(piece.len());
        self.body.extend_from_slice(&piece[..room]);
    }

    /// The body, or its beginning where another one is right; `None` where it is the right one.
    pub(super) fn body(&self) -> Option<&[u8]> {
        let same = self.right.is_some_and(|right| right.len() == self.compared) && !self.differs;
        (!same).then_some(&self.body)
    }
}
