//! Work that the machine's processors share.

use std::{
    num::NonZero,
    panic::resume_unwind,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// What `work` makes of each item, in the order of the items. Each thread takes the next item when it
/// is done with one, and none after a failure.
///
/// # Errors
/// The failure of the first item that has one: whatever stands before it was taken before.
pub(crate) fn share<T: Sync, R: Send, E: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let next = AtomicUsize::new(0);
    let take = || -> Vec<(usize, Result<R, E>)> {
        let taken = std::iter::from_fn(|| {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let done = work(items.get(at)?);
            if done.is_err() {
                next.fetch_max(items.len(), Ordering::Relaxed);
            }
            Some((at, done))
        });
        taken.collect()
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(items.len());
    let mut done = thread::scope(|scope| {
        // Where the limit on processes allows fewer threads, those do the work.
        let start = |_| thread::Builder::new().spawn_scoped(scope, take).ok();
        let others: Vec<_> = (1..threads).map_while(start).collect();
        let mut done = take();
        for other in others {
            done.extend(other.join().unwrap_or_else(|it| resume_unwind(it)));
        }
        done
    });
    done.sort_unstable_by_key(|&(at, _)| at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn results_have_the_order_of_the_items_whoever_made_them() {
        let items: Vec<u64> = (0..1000).collect();
        let squares: Vec<u64> = items.iter().map(|item| item * item).collect();
        assert_eq!(share(&items, |item| Ok::<_, Infallible>(item * item)), Ok(squares));
        assert_eq!(share(&[], |&item: &u64| Ok::<_, Infallible>(item)), Ok(Vec::new()));
    }

    #[test]
    fn the_first_failure_is_told_and_ends_the_work() {
        let items: Vec<usize> = (0..100_000).collect();
        let begun = AtomicUsize::new(0);
        let work = |&item: &usize| {
            begun.fetch_add(1, Ordering::Relaxed);
            if item == 10 || item > 20 { Err(item) } else { Ok(item) }
        };
        assert_eq!(share(&items, work), Err(10));
        assert!(begun.into_inner() < items.len());
    }
}
