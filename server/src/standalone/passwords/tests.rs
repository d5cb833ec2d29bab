use super::*;

#[test]
fn the_hash_of_nobody_costs_what_every_other_costs() {
    let hash = PasswordHash::new(NOBODY).unwrap();
    let params = Params::try_from(&hash).unwrap();
    assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (MEMORY_KIB, PASSES, LANES));
}

#[test]
fn a_refusal_leaves_at_quarters_of_a_second_however_long_it_took() {
    let leaves = [0, 1, 250, 251, 700].map(|took| until_a_refusal(Duration::from_millis(took)).as_millis());
    assert_eq!(leaves, [250, 250, 250, 500, 750]);
}
