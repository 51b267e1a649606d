//! What a campaign proves about its contenders, in one scenario and one metric.
//!
//! The input is a table of positive figures, a row a round and a column a contender, `None` where a trial was
//! invalid. The output is, for every pair of contenders, the ratio with its interval and one [`Relation`].
//! Everything here is a pure function of that table and of the [`Rules`].
//!
//! How it is done, one file a step:
//! - `figure`: a figure with the bounds that its count leaves open.
//! - `layout`: the logarithms in an additive layout of contenders and rounds. A round is a block: whatever moves it as
//!   a whole (a drifting machine) cancels out.
//! - `robust`: Huber's M-estimate in that layout.
//! - `noise`: how far the noise is pooled over all contenders.
//! - `own_noise`: the noise of each contender by itself.
//! - `family`: the level of each pair, so that the chance of *any* false claim stays below 5 %.
//! - `boundary`: how far from zero a difference must lie, for one look at the end or for a look after every round.
//! - `best`: each contender against the best of the others, simultaneously.
//! - `relation`: what is said of a pair, and the rules laid down before.
//! - `verdict`: these put together.
//! - `independent`: what needs no rounds: a contender's own level.
//! - `interaction`: whether ratios depend on the machine, where rounds come from several.
//! - `campaigns`: the same cells in two campaigns.

mod best;
mod boundary;
mod campaigns;
mod family;
mod figure;
mod independent;
mod interaction;
mod layout;
mod noise;
mod own_noise;
mod relation;
mod robust;
#[cfg(test)]
mod simulation;
mod verdict;

pub use boundary::Looks;
pub use campaigns::{BeforeAfter, Change, Changes, Shift, changes};
pub use figure::Figure;
pub use independent::{geometric_mean, level};
pub use interaction::{Interaction, interactions};
pub use relation::{PairComparison, PairwiseAnalysis, Ratio, Relation, Rules};
pub use verdict::{analyse, relative};
