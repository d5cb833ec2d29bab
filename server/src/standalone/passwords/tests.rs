use super::*;

#[test]
fn the_hash_of_nobody_costs_what_every_other_costs() {
    let hash = PasswordHash::new(NOBODY).unwrap();
    let params = Params::try_from(&hash).unwrap();
    assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (MEMORY_KIB, PASSES, LANES));
}

#[test]
fn the_wait_doubles_and_never_lasts_longer_than_fifteen_minutes() {
    let waits: Vec<u64> = [4, 5, 6, 7, 14, 15, 100, u32::MAX].map(|n| delay(n).as_secs()).to_vec();
    assert_eq!(waits, [0, 1, 2, 4, 512, 900, 900, 900]);
}
