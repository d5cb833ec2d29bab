use super::*;
use domain::name::{SiteId, UserId};
use tokio::time::Instant;

fn stranger(network: u8) -> Asking {
    Asking::Stranger(Network::of(Some(&format!("203.0.{network}.9"))))
}

fn known(name: &str) -> Asking {
    let user = User { site: SiteId::BUILT_IN, id: UserId::parse(name).unwrap() };
    Asking::Known(Holder::User(user))
}

/// Somebody who waits for a turn, and keeps none.
fn waiting(threads: &HashingThreads, who: Asking) -> tokio::task::JoinHandle<bool> {
    let threads = threads.clone();
    tokio::spawn(async move { threads.turn(who).await.is_ok() })
}

async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn however_many_strangers_wait_who_holds_a_secret_has_a_turn_at_once() {
    let threads = HashingThreads::default();
    let taken = (threads.turn(stranger(0)).await.unwrap(), threads.turn(stranger(1)).await.unwrap());
    let crowd: Vec<_> = (0..=255).map(|network| waiting(&threads, stranger(network))).collect();
    settle().await;
    let begun = Instant::now();
    let known = threads.turn(known("ada")).await;
    assert!(known.is_ok() && begun.elapsed().is_zero());
    for one in crowd {
        assert!(!one.await.unwrap(), "both turns are taken");
    }
    assert!(begun.elapsed() < Duration::from_secs(1), "who is shed is told so: {:?}", begun.elapsed());
    drop(taken);
}

#[tokio::test(start_paused = true)]
async fn whoever_holds_a_secret_and_would_wait_too_long_is_told_at_once_and_the_others_are_served() {
    let threads = HashingThreads::default();
    let taken = (threads.turn(known("a")).await.unwrap(), threads.turn(known("b")).await.unwrap());
    let crowd: Vec<_> = (0..40).map(|one| waiting(&threads, known(&format!("user {one}")))).collect();
    settle().await;
    let begun = Instant::now();
    assert_eq!(threads.turn(known("the last")).await.err(), Some(Fault::Busy));
    assert!(begun.elapsed().is_zero() && threads.turn(stranger(1)).await.is_ok());
    drop(taken);
    for one in crowd {
        assert!(one.await.unwrap());
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_asks_often_keeps_nobody_else_waiting() {
    let threads = HashingThreads::default();
    let taken =
        (threads.turn(known("mallory")).await.unwrap(), threads.turn(known("mallory")).await.unwrap());
    let crowd: Vec<_> = (0..100).map(|_| waiting(&threads, known("mallory"))).collect();
    settle().await;
    assert_eq!(crowd.iter().filter(|one| one.is_finished()).count(), 94, "six of one may wait");
    let ada = waiting(&threads, known("ada"));
    settle().await;
    let (of_mallory, other) = taken;
    drop(of_mallory);
    drop(other);
    assert!(ada.await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn who_runs_who_waits_and_who_was_shed_is_counted_by_who_asked() {
    let threads = HashingThreads::default();
    let line = |running, waiting, shed| Line { running, waiting, shed };
    assert_eq!(threads.standing(), [("stranger", line(0, 0, 0)), ("known", line(0, 0, 0))]);
    let taken = (threads.turn(known("a")).await.unwrap(), threads.turn(stranger(1)).await.unwrap());
    assert_eq!(threads.standing(), [("stranger", line(1, 0, 0)), ("known", line(1, 0, 0))]);
    let other = threads.turn(known("a")).await.unwrap();
    let crowd: Vec<_> = (0..9).map(|_| waiting(&threads, known("a"))).collect();
    settle().await;
    assert_eq!(
        threads.standing(),
        [("stranger", line(1, 0, 0)), ("known", line(2, 6, 3))],
        "six of one may wait"
    );
    drop((taken, other));
    for one in crowd {
        let _ = one.await.unwrap();
    }
    settle().await;
    assert_eq!(threads.standing(), [("stranger", line(0, 0, 0)), ("known", line(0, 0, 3))]);
}
