//! Made to fail by ../../../faults.sh.

#[test]
fn adds() {
    assert_eq!(2 + 2, 4);
}
