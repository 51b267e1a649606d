//! Randomised complete blocks: each round has every cell once, in an order of its own.

use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

use super::Cell;

/// The rounds of a campaign. A round's order depends on the seed and its number alone, so that it can be laid
/// out again without those before it.
pub(super) fn rounds(cells: &[Cell], count: u32, seed: u64) -> Vec<Vec<Cell>> {
    (1..=count)
        .map(|number| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(u64::from(number));
            let mut round = cells.to_vec();
            round.shuffle(&mut rng);
            round
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells() -> Vec<Cell> {
        ["a", "b", "c", "d", "e"]
            .map(|name| Cell { contender: name.to_owned(), scenario: "static".to_owned() })
            .to_vec()
    }

    #[test]
    fn every_round_has_every_cell_once() {
        for mut round in rounds(&cells(), 20, 7) {
            round.sort();
            assert_eq!(round, cells());
        }
    }

    #[test]
    fn the_order_is_the_seeds_and_differs_between_rounds() {
        assert_eq!(rounds(&cells(), 5, 7), rounds(&cells(), 5, 7));
        assert_ne!(rounds(&cells(), 5, 7), rounds(&cells(), 5, 8));
        let rounds = rounds(&cells(), 5, 7);
        assert!(rounds.windows(2).any(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn a_round_does_not_depend_on_how_many_there_are() {
        assert_eq!(rounds(&cells(), 2, 7), rounds(&cells(), 5, 7)[..2]);
    }
}
