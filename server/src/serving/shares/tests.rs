use super::*;

fn shares(connections: usize, per_address: usize) -> Shares {
    let proxies = vec!["10.0.0.0/8".parse().unwrap()];
    Shares::new(Limits { connections, per_address, proxies })
}

/// So many connections of an address: which were served, and which came over the reserve.
fn taken(shares: &Shares, of: &str, times: usize) -> (Vec<Held>, Vec<Held>) {
    let address: IpAddr = of.parse().unwrap();
    (0..times).filter_map(|_| shares.connection(address)).partition(|held| !held.is_of_reserve())
}

#[test]
fn an_address_has_its_share_and_no_other_is_kept_out() {
    let shares = shares(1_024, 64);
    let (served, over) = taken(&shares, "203.0.113.9", 5_000);
    assert_eq!((served.len(), over.len()), (64, 2));
    let (other, over_of_other) = taken(&shares, "203.0.113.10", 64);
    assert_eq!((other.len(), over_of_other.len()), (64, 0));
    drop((served, over));
    assert_eq!(taken(&shares, "203.0.113.9", 64).0.len(), 64);
}

#[test]
fn a_network_of_ipv6_is_one_address() {
    let shares = shares(1_024, 64);
    let one = taken(&shares, "2001:db8:0:1::1", 40).0;
    let same = taken(&shares, "2001:db8:0:ffff:ffff::9", 40).0;
    let next = taken(&shares, "2001:db8:1:1::1", 40).0;
    assert_eq!((one.len(), same.len(), next.len()), (40, 24, 40));
}

#[test]
fn ipv4_written_as_ipv6_is_the_same_address() {
    let shares = shares(1_024, 64);
    let one = taken(&shares, "203.0.113.9", 40).0;
    let same = taken(&shares, "::ffff:203.0.113.9", 40).0;
    let beside = taken(&shares, "::ffff:203.0.113.10", 40).0;
    assert_eq!((one.len(), same.len(), beside.len()), (40, 24, 40));
}

#[test]
fn proxies_and_this_machine_have_all_there_is_and_no_other_address_of_it() {
    for neighbour in ["10.1.2.3", "::ffff:10.1.2.3", "127.0.0.1", "::1"] {
        let shares = shares(1_024, 64);
        assert_eq!(taken(&shares, neighbour, 1_000).0.len(), 1_000, "{neighbour}");
    }
    let shares = shares(1_024, 64);
    assert_eq!(taken(&shares, "127.0.0.2", 1_000).0.len(), 64);
}

#[test]
fn when_all_is_taken_a_reserve_is_left_and_the_last_of_it_to_neighbours() {
    let shares = shares(1_024, 64);
    let crowd: Vec<_> = (0..100).map(|host| taken(&shares, &format!("203.0.113.{host}"), 100)).collect();
    let (served, over): (Vec<_>, Vec<_>) =
        crowd.iter().map(|(served, over)| (served.len(), over.len())).unzip();
    assert_eq!((served.iter().sum::<usize>(), over.iter().sum::<usize>()), (1_024, 24));
    assert!(shares.connection("198.51.100.1".parse().unwrap()).is_none());
    let (served, probes) = taken(&shares, "127.0.0.1", 100);
    assert_eq!((served.len(), probes.len()), (0, 8));
}

#[test]
fn the_requests_of_one_behind_a_proxy_are_counted_too() {
    let shares = shares(1_024, 64);
    let (one, other): (IpAddr, IpAddr) = ("203.0.113.9".parse().unwrap(), "203.0.113.10".parse().unwrap());
    let held: Vec<_> = (0..100).filter_map(|_| shares.request(one)).collect();
    assert_eq!(held.len(), 64);
    assert!(shares.request(one).is_none() && shares.request(other).is_some());
    drop(held);
    assert!(shares.request(one).is_some());
}

#[test]
fn of_whoever_left_nothing_is_kept() {
    let shares = shares(64, 4);
    for host in 0..250 {
        let held = taken(&shares, &format!("203.0.113.{host}"), 7);
        let request = shares.request(format!("198.51.100.{host}").parse().unwrap());
        drop((held, request));
    }
    let taken = shares.taken();
    assert_eq!((taken.served, taken.reserve), (0, 0));
    assert!([&taken.served_of, &taken.reserve_of, &taken.requests_of].iter().all(|of| of.0.is_empty()));
}
