//! What is kept of a response for the validator.

/// How much of a wrong body is kept if the right one is known.
const MOST_OF_A_WRONG_BODY: usize = 4 << 10;

/// The head and the body of one answer, while it is read.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) active: bool,
    pub(super) head: Vec<u8>,
    body: Vec<u8>,
    /// Where no body is known to be right, no more than this of it is kept.
    most: usize,
    /// The one right body: pieces are compared with it as they come, and not kept.
    right: Option<&'static [u8]>,
    compared: usize,
    differs: bool,
}

impl Kept {
    pub(super) fn reset(&mut self, right: Option<&'static [u8]>, most: usize) {
        self.active = false;
        (self.right, self.most) = (right, most);
        (self.compared, self.differs) = (0, false);
        self.head.clear();
        self.body.clear();
    }

    /// Whether the rest of the body changes anything of what is known of it.
    pub(super) fn wants_more(&self) -> bool {
        self.active && (self.room() > 0 || (self.right.is_some() && !self.differs))
    }

    /// Takes the next piece of the body.
    pub(super) fn push(&mut self, piece: &[u8]) {
        if !self.active {
            return;
        }
        if let Some(right) = self.right {
            let end = self.compared.saturating_add(piece.len());
            self.differs |= right.get(self.compared..end) != Some(piece);
            self.compared = end;
        }
        let room = self.room().min(piece.len());
        self.body.extend_from_slice(&piece[..room]);
    }

    /// How much more of the body is kept.
    fn room(&self) -> usize {
        let most = if self.right.is_some() { MOST_OF_A_WRONG_BODY } else { self.most };
        most.saturating_sub(self.body.len())
    }

    /// The body, or its beginning where it is longer than what is kept, or where another one is
    /// right; `None` where it is the right one.
    pub(super) fn body(&self) -> Option<&[u8]> {
        let same = self.right.is_some_and(|right| right.len() == self.compared) && !self.differs;
        (!same).then_some(&self.body)
    }
}
