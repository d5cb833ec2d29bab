use super::*;
use tokio::time::Instant;

fn stranger(network: u8) -> Asking {
    Asking::Stranger(Network::of(Some(&format!("203.0.{network}.9"))))
}

/// Somebody who waits for a turn, and keeps none.
fn waiting(threads: &HashingThreads, who: Asking) -> tokio::task::JoinHandle<bool> {
    let threads = threads.clone();
    tokio::spawn(async move { threads.turn(who).await.is_some() })
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
    let known = threads.turn(Asking::Known).await;
    assert!(known.is_some() && begun.elapsed().is_zero());
    for one in crowd {
        assert!(!one.await.unwrap(), "both turns are taken");
    }
    assert!(begun.elapsed() < Duration::from_secs(1), "who is shed is told so: {:?}", begun.elapsed());
    drop(taken);
}

#[tokio::test(start_paused = true)]
async fn when_forty_who_hold_a_secret_wait_the_next_is_told_at_once_and_strangers_have_their_turns() {
    let threads = HashingThreads::default();
    let taken = (threads.turn(Asking::Known).await.unwrap(), threads.turn(Asking::Known).await.unwrap());
    let crowd: Vec<_> = (0..40).map(|_| waiting(&threads, Asking::Known)).collect();
    settle().await;
    let begun = Instant::now();
    assert!(threads.turn(Asking::Known).await.is_none() && begun.elapsed().is_zero());
    assert!(threads.turn(stranger(1)).await.is_some() && begun.elapsed().is_zero());
    drop(taken);
    for one in crowd {
        assert!(one.await.unwrap());
    }
}
