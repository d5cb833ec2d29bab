use super::*;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex as AsyncMutex;

const LIMITS: Limits = Limits {
    at_once: 1,
    waiting: 8,
    waiting_of_one: 4,
    soon: Duration::from_millis(900),
    patience: Duration::from_millis(900),
    held: Duration::from_millis(10),
};

/// Lets everybody who was spawned come to where they wait.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn lines_are_served_one_after_another() {
    let (queue, served) = (Queue::new(LIMITS), Arc::new(AsyncMutex::new(Vec::new())));
    let first = queue.turn("a").await.unwrap();
    for who in ["a", "a", "a", "a", "b", "c", "b"] {
        let (queue, served) = (queue.clone(), Arc::clone(&served));
        tokio::spawn(async move {
            let turn = queue.turn(who).await;
            served.lock().await.push(who);
            drop(turn);
        });
        settle().await;
    }
    drop(first);
    settle().await;
    assert_eq!(*served.lock().await, ["a", "b", "c", "a", "b", "a", "a"]);
    assert_eq!(queue.state().taken, 0);
}

#[tokio::test(start_paused = true)]
async fn a_line_that_is_full_sheds_at_once_and_everybody_else_within_a_second() {
    let queue = Queue::new(LIMITS);
    let kept = queue.turn("a").await.unwrap();
    let begun = tokio::time::Instant::now();
    let waiting = |who: &'static str| {
        let queue = queue.clone();
        tokio::spawn(async move { queue.turn(who).await.is_some() })
    };
    let patient: Vec<_> = (0..4).map(|_| waiting("a")).collect();
    settle().await;
    assert!(queue.turn("a").await.is_none());
    assert!(begun.elapsed().is_zero(), "the fifth of a line does not wait");
    for one in patient {
        assert!(!one.await.unwrap());
    }
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    drop(kept);
    assert_eq!(queue.state().taken, 0);
    assert!(queue.turn("a").await.is_some(), "nobody who went keeps a turn");
}

#[tokio::test(start_paused = true)]
async fn the_longest_line_makes_room_for_a_newcomer() {
    let queue = Queue::new(LIMITS);
    let kept = queue.turn("a").await.unwrap();
    for who in ["a", "b"] {
        for _ in 0..4 {
            let queue = queue.clone();
            tokio::spawn(async move { drop(queue.turn(who).await) });
        }
    }
    settle().await;
    let newcomer = {
        let queue = queue.clone();
        tokio::spawn(async move { queue.turn("c").await.is_some() })
    };
    settle().await;
    assert_eq!(queue.state().lines.iter().map(|line| line.waiting.len()).sum::<usize>(), 8);
    drop(kept);
    assert!(newcomer.await.unwrap());
}

/// Somebody who waits in this line, and is asked later whether a turn came.
fn waiting(queue: &Queue<&'static str>, who: &'static str) -> tokio::task::JoinHandle<bool> {
    let queue = queue.clone();
    tokio::spawn(async move { queue.turn(who).await.is_some() })
}

#[tokio::test(start_paused = true)]
async fn whose_turn_would_come_too_late_is_told_at_once() {
    let queue = Queue::new(LIMITS);
    for _ in 0..60 {
        let turn = queue.turn("a").await.unwrap();
        tokio::time::advance(Duration::from_millis(400)).await;
        drop(turn);
    }
    assert!(queue.state().held > Duration::from_millis(390), "{:?}", queue.state().held);
    let kept = queue.turn("a").await.unwrap();
    let patient = [waiting(&queue, "a"), waiting(&queue, "a")];
    settle().await;
    let begun = tokio::time::Instant::now();
    assert!(queue.turn("a").await.is_none(), "the third would wait for 1.2 s");
    let other = waiting(&queue, "b");
    settle().await;
    assert!(begun.elapsed().is_zero() && !other.is_finished(), "the first of another line waits for 0.8 s");
    drop(kept);
    for one in patient {
        assert!(one.await.unwrap());
    }
    assert!(other.await.unwrap());
}
