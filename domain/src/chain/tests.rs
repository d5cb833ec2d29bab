use super::*;
use crate::name::EventId;
use crate::seal::SealingKey;

fn keys(byte: u8) -> KeyRing {
    KeyRing::new(vec![(KeyId(1), SealingKey::from_bytes(&[byte; 32]).unwrap())]).unwrap()
}

fn record(n: u8) -> Record<'static> {
    Record {
        site: Uuid::nil(),
        id: Uuid::from_bytes([n; 16]),
        user: b"ada",
        by: None,
        at: n.into(),
        kind: "challenge.passed",
        factor: Some("totp"),
        cause: None,
        wiped: None,
    }
}

const PERSONAL: Personal<'_> =
    Personal { subject: Some("Pixel"), reason: None, address: Some("::1"), browser: Some("") };
/// The genesis.
const FIRST: Digest = [5; 32];

fn event(keys: &KeyRing, position: u8) -> FoundEvent<'static> {
    let (record, salt) = (record(position), [position; 32]);
    let commitment = commitment(&salt, &PERSONAL);
    let seat = Seat { batch: 1, position: position.into() };
    let stamp = Stamp { key: KeyId(1), writer: 7, sequence: position.into(), mark: 0 };
    let mac = event_mac(keys, &stamp, &FIRST, &record, &commitment).unwrap();
    let event = FoundEvent {
        position: Some(position.into()),
        stamp: Some(stamp),
        record,
        personal: PERSONAL,
        salt: Some(salt),
        commitment: Some(commitment),
        erasure: None,
        still_wiped: None,
        mac: Some(mac),
        digest: None,
    };
    FoundEvent { digest: seat_digest(keys, KeyId(1), seat, &event).unwrap(), ..event }
}

fn closed(keys: &KeyRing) -> (Batch, Vec<FoundEvent<'static>>) {
    let events: Vec<_> = (0..4).map(|position| event(keys, position)).collect();
    let at = Timestamp::from_millis;
    let (first_at, last_at, closed_at) = (at(0), at(3), at(9));
    let batch = Batch { number: 1, count: 4, first_at, last_at, closed_at, key: KeyId(1), hash: [0; 32] };
    let digests: Vec<Digest> = events.iter().map(|event| event.digest.unwrap()).collect();
    let hash = batch_hash(keys, &FIRST, &batch, &digests).unwrap();
    (Batch { hash, ..batch }, events)
}

fn found(change: impl FnOnce(&mut Batch, &mut Vec<FoundEvent<'static>>)) -> Option<Misfit> {
    let keys = keys(7);
    let (mut batch, mut events) = closed(&keys);
    change(&mut batch, &mut events);
    check(&keys, &FIRST, &batch, &events)
}

fn changed(position: u8) -> Misfit {
    let seat = Seat { batch: 1, position: position.into() };
    Misfit::EventChanged { seat, event: EventId::from_uuid(Uuid::from_bytes([position; 16])) }
}

fn added(n: u8) -> Misfit {
    Misfit::EventAdded { batch: 1, event: EventId::from_uuid(Uuid::from_bytes([n; 16])) }
}

#[test]
fn a_batch_is_as_it_was_closed_after_the_erasing_of_a_user_too() {
    assert_eq!(found(|_, _| {}), None);
    let erased = found(|_, events| {
        for event in events {
            (event.salt, event.personal, event.erasure) = (None, Personal::default(), Some(Uuid::max()));
        }
    });
    assert_eq!(erased, None);
}

#[test]
fn every_field_of_an_event_is_held() {
    let changes: [fn(&mut FoundEvent<'static>); 24] = [
        |event| event.record.site = Uuid::max(),
        |event| event.record.user = b"eve",
        |event| event.record.by = Some(b"eve"),
        |event| event.record.at += 1,
        |event| event.record.kind = "challenge.refused",
        |event| event.record.factor = None,
        |event| event.record.cause = Some("wrong"),
        |event| event.record.wiped = Some(&[1; 32]),
        |event| event.personal.subject = Some("Pixe"),
        |event| event.personal.reason = Some(""),
        |event| event.personal.address = None,
        |event| event.personal.browser = None,
        |event| event.salt = Some([9; 32]),
        |event| event.salt = None,
        |event| event.erasure = Some(Uuid::max()),
        |event| event.still_wiped = Some([0; 32]),
        |event| event.commitment = None,
        |event| event.digest = None,
        |event| event.mac = None,
        |event| event.stamp = None,
        |event| event.stamp.as_mut().unwrap().writer += 1,
        |event| event.stamp.as_mut().unwrap().sequence += 1,
        |event| event.stamp.as_mut().unwrap().mark += 1,
        |event| event.stamp.as_mut().unwrap().key = KeyId(9),
    ];
    for (n, change) in changes.into_iter().enumerate() {
        assert_eq!(found(|_, events| change(&mut events[2])), Some(changed(2)), "{n}");
    }
}

/// Before it is closed an event is proved with the batch that its writer knew, and fits no log without it.
#[test]
fn an_event_that_waits_fits_the_past_that_it_knew_and_no_other() {
    let (keys, event) = (keys(7), event(&keys(7), 1));
    let proved = |event: &FoundEvent<'_>, hash: Option<Digest>| is_proved(&keys, event, &|_| hash).unwrap();
    assert!(proved(&event, Some(FIRST)));
    assert!(!proved(&event, Some([1; 32])) && !proved(&event, None));
    let other = Stamp { key: KeyId(1), writer: 8, sequence: 1, mark: 0 };
    assert!(!proved(&FoundEvent { stamp: Some(other), ..event }, Some(FIRST)));
}

#[test]
fn what_is_missing_added_or_swapped_is_named() {
    let missing = |position| Some(Misfit::EventMissing(Seat { batch: 1, position }));
    assert_eq!(
        found(|_, events| {
            events.remove(0);
        }),
        missing(0)
    );
    assert_eq!(
        found(|_, events| {
            events.pop();
        }),
        missing(3)
    );
    let forged = FoundEvent { record: record(9), ..event(&keys(7), 1) };
    assert_eq!(found(|_, events| events.insert(1, forged)), Some(added(9)));
    assert_eq!(found(|_, events| events.insert(2, forged)), Some(added(9)));
    for position in [None, Some(-1), Some(4)] {
        let stray = FoundEvent { position, ..forged };
        assert_eq!(found(|_, events| events.push(stray)), Some(added(9)), "{position:?}");
        assert_eq!(found(|_, events| events.insert(0, stray)), Some(added(9)), "{position:?}");
    }
    let swapped = found(|_, events| {
        events.swap(1, 2);
        (events[1].position, events[2].position) = (Some(1), Some(2));
    });
    let seat = Seat { batch: 1, position: 1 };
    let event = EventId::from_uuid(Uuid::from_bytes([2; 16]));
    assert_eq!(swapped, Some(Misfit::EventChanged { seat, event }));
}

#[test]
fn every_field_of_a_batch_is_held() {
    let later = Timestamp::from_millis(77);
    let changes: [&dyn Fn(&mut Batch); 4] = [
        &|batch| batch.first_at = later,
        &|batch| batch.last_at = later,
        &|batch| batch.closed_at = later,
        &|batch| batch.hash[31] ^= 1,
    ];
    for change in changes {
        assert_eq!(found(|batch, _| change(batch)), Some(Misfit::BatchChanged(1)));
    }
    assert_eq!(found(|batch, _| batch.count = 3), Some(added(3)));
    let other = Some(Misfit::KeyGone { batch: 1, key: KeyId(2) });
    assert_eq!(found(|batch, _| batch.key = KeyId(2)), other);
    let keys = keys(7);
    let (batch, events) = closed(&keys);
    assert_eq!(check(&keys, &[1; 32], &batch, &events), Some(Misfit::BatchChanged(1)), "another past");
}

#[test]
fn without_the_key_nothing_can_be_made_that_fits() {
    let (forger, owner) = (keys(8), keys(7));
    let (batch, events) = closed(&forger);
    assert_eq!(check(&owner, &FIRST, &batch, &events), Some(changed(0)));
    assert!(!Head::sealed(&forger, (1, batch.hash), &[], None).unwrap().holds(&owner));
}

#[test]
fn a_head_holds_for_its_own_batch_and_writers_only() {
    let keys = keys(7);
    let (batch, _) = closed(&keys);
    let writer = Writer {
        number: 7,
        settled: 4,
        count: 4,
        closed: 0,
        cut: 0,
        seen_at: Timestamp::from_millis(9),
        ended: false,
    };
    let head = Head::sealed(&keys, (1, batch.hash), &[writer], None).unwrap();
    assert!(head.holds(&keys) && head.counts(&keys, &[writer]));
    assert!(!Head { batch: 0, ..head.clone() }.holds(&keys));
    assert!(!Head { hash: [0; 32], ..head.clone() }.holds(&keys));
    assert!(!Head { writers: [0; 32], ..head.clone() }.holds(&keys));
    assert!(!Head { seal: [0; 32], ..head.clone() }.holds(&keys));
    assert!(!Head { cut: [1; 32], ..head.clone() }.holds(&keys));
    let others: [&[Writer]; 8] = [
        &[],
        &[writer, writer],
        &[Writer { settled: 5, ..writer }],
        &[Writer { count: 3, ..writer }],
        &[Writer { ended: true, ..writer }],
        &[Writer { closed: 4, ..writer }],
        &[Writer { cut: 1, ..writer }],
        &[Writer { number: 8, ..writer }],
    ];
    assert!(others.iter().all(|others| !head.counts(&keys, others)));
}

#[test]
fn a_head_stands_on_what_was_deleted_when_it_was_sealed_and_on_nothing_else() {
    let keys = keys(7);
    let (batch, _) = closed(&keys);
    let now = Timestamp::from_millis(99);
    let cut = |events| Cut::sealed(&keys, None, (&batch, events), now).unwrap();
    let head = |number, cut: Option<&Cut>| Head::sealed(&keys, (number, [1; 32]), &[], cut).unwrap();
    let (whole, shorter) = (head(4, None), head(4, Some(&cut(4))));
    assert!(whole.stands_on(&keys, None) && shorter.stands_on(&keys, Some(&cut(4))));
    assert!(!whole.stands_on(&keys, Some(&cut(4))) && !shorter.stands_on(&keys, None));
    assert!(!shorter.stands_on(&keys, Some(&cut(3))));
    assert!(
        !head(0, Some(&cut(4))).stands_on(&keys, Some(&cut(4))),
        "it is not shorter than what was deleted"
    );
}

/// What an unsealed head of an earlier version looked like, and what somebody makes who begins the chain anew.
#[test]
fn a_head_without_a_seal_holds_never() {
    let none =
        Head { batch: 0, hash: [0; 32], writers: [0; 32], cut: NOTHING_CUT, key: KeyId(0), seal: [0; 32] };
    assert!(!none.holds(&keys(7)) && !Head { key: KeyId(1), ..none }.holds(&keys(7)));
}

#[test]
fn an_erasure_says_which_events_it_wiped() {
    let keys = keys(7);
    let [one, other, third] = [1, 2, 3].map(|n| EventId::from_uuid(Uuid::from_bytes([n; 16])));
    let by = |erasure, events: &[EventId]| erasure_digest(&keys, KeyId(1), erasure, events).unwrap();
    let of = |events: &[EventId]| by(third, events);
    assert_eq!(of(&[one, other]), of(&[other, one]), "in any order");
    assert!(
        [&[][..], &[one], &[one, third], &[one, other, third]]
            .iter()
            .all(|others| of(others) != of(&[one, other]))
    );
    assert_ne!(by(one, &[other]), by(third, &[other]), "and of no other erasure");
}
