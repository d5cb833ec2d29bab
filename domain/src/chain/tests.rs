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
    }
}

const PERSONAL: Personal<'_> =
    Personal { subject: Some("Pixel"), reason: None, address: Some("::1"), browser: Some("") };

fn event(keys: &KeyRing, position: u8) -> FoundEvent<'static> {
    let (record, salt) = (record(position), [position; 32]);
    let commitment = commitment(&salt, &PERSONAL);
    let seat = Seat { batch: 1, position: position.into() };
    FoundEvent {
        position: Some(position.into()),
        record,
        personal: PERSONAL,
        salt: Some(salt),
        commitment: Some(commitment),
        digest: Some(event_digest(keys, KeyId(1), seat, &record, &commitment).unwrap()),
    }
}

fn closed(keys: &KeyRing) -> (Batch, Vec<FoundEvent<'static>>) {
    let events: Vec<_> = (0..4).map(|position| event(keys, position)).collect();
    let at = Timestamp::from_millis;
    let (first_at, last_at, closed_at) = (at(0), at(3), at(9));
    let batch = Batch { number: 1, count: 4, first_at, last_at, closed_at, key: KeyId(1), hash: [0; 32] };
    let digests: Vec<Digest> = events.iter().map(|event| event.digest.unwrap()).collect();
    let hash = batch_hash(keys, &Head::NONE.hash, &batch, &digests).unwrap();
    (Batch { hash, ..batch }, events)
}

fn found(change: impl FnOnce(&mut Batch, &mut Vec<FoundEvent<'static>>)) -> Option<Misfit> {
    let keys = keys(7);
    let (mut batch, mut events) = closed(&keys);
    change(&mut batch, &mut events);
    check(&keys, &Head::NONE.hash, &batch, &events)
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
            (event.salt, event.personal) = (None, Personal::default());
            assert!(event.is_stripped());
        }
    });
    assert_eq!(erased, None);
}

#[test]
fn every_field_of_an_event_is_held() {
    let changes: [fn(&mut FoundEvent<'static>); 15] = [
        |event| event.record.site = Uuid::max(),
        |event| event.record.user = b"eve",
        |event| event.record.by = Some(b"eve"),
        |event| event.record.at += 1,
        |event| event.record.kind = "challenge.refused",
        |event| event.record.factor = None,
        |event| event.record.cause = Some("wrong"),
        |event| event.personal.subject = Some("Pixe"),
        |event| event.personal.reason = Some(""),
        |event| event.personal.address = None,
        |event| event.personal.browser = None,
        |event| event.salt = Some([9; 32]),
        |event| event.salt = None,
        |event| event.commitment = None,
        |event| event.digest = None,
    ];
    for (n, change) in changes.into_iter().enumerate() {
        assert_eq!(found(|_, events| change(&mut events[2])), Some(changed(2)), "{n}");
    }
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
    assert_eq!(check(&owner, &Head::NONE.hash, &batch, &events), Some(changed(0)));
    assert!(!Head::of(&forger, &batch).unwrap().holds(&owner));
}

#[test]
fn a_head_holds_for_its_own_batch_only() {
    let keys = keys(7);
    let (batch, _) = closed(&keys);
    let head = Head::of(&keys, &batch).unwrap();
    assert!(head.holds(&keys) && Head::NONE.holds(&keys));
    assert!(!Head { batch: 0, ..head.clone() }.holds(&keys));
    assert!(!Head { hash: [0; 32], ..head.clone() }.holds(&keys));
    assert!(!Head { seal: [0; 32], ..head }.holds(&keys));
    assert!(!Head { hash: [1; 32], ..Head::NONE }.holds(&keys));
}
