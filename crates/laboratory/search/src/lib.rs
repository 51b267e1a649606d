//! Finds a server's capacity: the highest request rate at which a latency objective is met.
//!
//! The search decides which windows to measure, at which rates and how long, and what they come to.
//! It reads no clock, opens no socket and starts no process: whoever measures asks for the next
//! [`Step`], measures it, and says what was [`Seen`]. It depends on nothing else, so that a search
//! fed with the probes of before goes on where they ended.
//!
//! A window is a sample. Near the capacity of a server whose queue is random, a share of 1 % beyond
//! the limit may be none in one window and 5 % in the next: a search that believes each window, as
//! bisection does, ends where an unlucky one sent it. This one estimates instead where the share
//! beyond the limit crosses what the objective allows, from all probes together.
//!
//! - **Bracket**: from what is known, or from the lowest rate up, until one probe passes and one
//!   fails.
//! - **Narrow**: the share beyond is modelled as a logistic function of the logarithm of the rate,
//!   and the crossing and the steepness are estimated by Bayes' rule. Each probe goes where the
//!   crossing is expected, as in the adaptive methods that find thresholds of the senses: QUEST
//!   (Watson and Pelli 1983, Perception & Psychophysics 33) and the Ψ method (Kontsevich and Tyler
//!   1999, Vision Research 39). As there, a small lapse rate (Wichmann and Hill 2001, Perception &
//!   Psychophysics 63) bounds what a single probe can say.
//! - **Confirm**: a longer window at the estimate. One that fails is evidence like any other, and
//!   the next estimate is tried. The answer is the last estimate, at least the rate that passed and
//!   at most half of the precision above it.
//!
//! Answers near each other share their queue: late by L, the queue took about L to grow. So a
//! window counts as one observation for each stretch of time that shares a queue, 0.4 L where
//! requests come evenly and 1 to 6 L where they come at random, or for each answer if those are
//! fewer. The shape of this search, with goals that state how long a window is and how much beyond
//! the limit it allows, is that of `MLRsearch` (fd.io, RFC draft-ietf-bmwg-mlrsearch), which asks
//! for the share of *windows* that fail; here the windows are too few, and the answers are asked.

mod belief;
mod bracket;
mod objective;
mod probe;
mod search;
mod settings;
mod window;

pub use objective::{Limit, NoObjective, Objective, Percentile};
pub use probe::{Probe, Seen};
pub use search::{Answer, Search, Step};
pub use settings::{PRECISION, Settings};
