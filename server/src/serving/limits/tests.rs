use super::*;

fn within(connections: usize, per_address: usize, files: Option<u64>) -> (usize, usize) {
    let limits = Limits { connections, per_address, proxies: Vec::new() }.within(files);
    (limits.connections, limits.per_address)
}

#[test]
fn where_there_are_files_enough_the_settings_stand() {
    for files in [None, Some(u64::MAX), Some(1_216)] {
        assert_eq!(within(1_024, 64, files), (1_024, 64), "{files:?}");
    }
}

#[test]
fn where_there_are_few_files_the_database_keeps_its_own_and_the_share_shrinks_with_the_whole() {
    assert_eq!(within(1_024, 64, Some(704)), (512, 32));
    assert_eq!(within(1_024, 64, Some(256)), (64, 4));
    assert_eq!(within(1_024, 64, Some(20)), (16, 1));
}
