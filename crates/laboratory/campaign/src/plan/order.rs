//! Randomised complete blocks: each round has every cell once, in an order of its own.

use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

use super::Cell;

/// The cells in the order of a round. It depends on the seed and the round's number alone, so that a round can be
/// laid out without those before it.
pub(super) fn shuffled(mut cells: Vec<Cell>, seed: u64, round: u32) -> Vec<Cell> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(u64::from(round));
    cells.shuffle(&mut rng);
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load_driver::LoadDriver;

    fn cells() -> Vec<Cell> {
        ["a", "b", "c", "d", "e"]
            .map(|name| Cell {
                contender: name.to_owned().try_into().unwrap(),
                scenario: "static".to_owned().try_into().unwrap(),
                driver: LoadDriver::Wrk,
                point: None,
            })
            .to_vec()
    }

    fn rounds(seed: u64) -> Vec<Vec<Cell>> {
        (1..=20).map(|round| shuffled(cells(), seed, round)).collect()
    }

    #[test]
    fn every_round_has_every_cell_once() {
        for mut round in rounds(7) {
            round.sort();
            assert_eq!(round, cells());
        }
    }

    #[test]
    fn the_order_is_the_seeds_and_differs_between_rounds() {
        assert_eq!(rounds(7), rounds(7));
        assert_ne!(rounds(7), rounds(8));
        assert!(rounds(7).windows(2).any(|pair| pair[0] != pair[1]));
    }
}
