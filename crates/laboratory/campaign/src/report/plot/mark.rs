//! What stands for a sample, a window or a figure in a plot: a shape that needs no colour to be told from the others.

/// See the module. The order is that in which they are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Mark {
    /// A dot: it counts.
    Sound,
    /// A ring: it counts, but something disturbed it.
    Disturbed,
    /// A cross: it does not count.
    Excluded,
    /// A plus: it does not count, and the contender is not to blame.
    Lost,
}

impl Mark {
    pub(in crate::report) const ALL: [Self; 4] =
        [Self::Sound, Self::Disturbed, Self::Excluded, Self::Lost];

    /// That of what counts.
    pub(in crate::report) fn counting(disturbed: bool) -> Self {
        if disturbed { Self::Disturbed } else { Self::Sound }
    }

    /// How a text writes it.
    pub(in crate::report) fn sign(self) -> &'static str {
        match self {
            Self::Sound => "●",
            Self::Disturbed => "○",
            Self::Excluded => "×",
            Self::Lost => "+",
        }
    }

    /// The steps of its path around a place, all in the units of the drawing.
    pub(super) fn steps(self, (x, y): (i32, i32), radius: i32) -> String {
        let (r, d) = (radius, radius * 2);
        match self {
            // A line of no length, with round ends.
            Self::Sound => format!("M{x} {y}h0"),
            Self::Disturbed => format!("M{} {y}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0", x - r),
            Self::Excluded => {
                let (left, top) = (x - r, y - r);
                format!("M{left} {top}l{d} {d}M{left} {}l{d} -{d}", y + r)
            }
            Self::Lost => format!("M{} {y}h{d}M{x} {}v{d}", x - r, y - r),
        }
    }
}
