//! Turns, for which each asker has a line of its own; the lines are served one after another. However many somebody
//! sends, somebody else waits for one of theirs, and not for all. Whose turn would come too late is told so at once.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// How many.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Turns at once.
    pub(super) at_once: usize,
    /// Who may wait in all.
    pub(super) waiting: usize,
    /// Who may wait in one line.
    pub(super) waiting_of_one: usize,
    /// Who would wait longer than this, as far as can be told, does not begin to.
    pub(super) soon: Duration,
    /// How long anybody waits.
    pub(super) patience: Duration,
    /// How long a turn is held, until one was.
    pub(super) held: Duration,
}

/// The lines. Cheap to clone.
#[derive(Debug)]
pub(super) struct Queue<K>(Arc<Inner<K>>);

#[derive(Debug)]
struct Inner<K> {
    limits: Limits,
    state: Mutex<State<K>>,
}

#[derive(Debug)]
struct State<K> {
    taken: usize,
    /// How long turns were held lately: each counts an eighth of those before it.
    held: Duration,
    /// The line that is served next comes first. None is empty.
    lines: VecDeque<Line<K>>,
}

#[derive(Debug)]
struct Line<K> {
    of: K,
    waiting: VecDeque<oneshot::Sender<Turn<K>>>,
}

/// A turn. The next in line has it when it is dropped.
#[derive(Debug)]
pub(super) struct Turn<K> {
    of: Option<Queue<K>>,
    since: Instant,
}

impl<K> Clone for Queue<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K> Queue<K> {
    pub(super) fn new(limits: Limits) -> Self {
        let state = Mutex::new(State { taken: 0, held: limits.held, lines: VecDeque::new() });
        Self(Arc::new(Inner { limits, state }))
    }

    fn state(&self) -> MutexGuard<'_, State<K>> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many turns are taken, and how many wait for one.
    pub(super) fn standing(&self) -> (usize, usize) {
        let state = self.state();
        let still = |line: &Line<K>| line.waiting.iter().filter(|one| !one.is_closed()).count();
        (state.taken, state.lines.iter().map(still).sum())
    }

    fn begin(&self) -> Turn<K> {
        Turn { of: Some(self.clone()), since: Instant::now() }
    }

    /// Gives a turn that was held so long to the next one who still waits for it.
    fn pass_on(&self, held: Duration) {
        let mut state = self.state();
        state.held = (state.held * 7 + held) / 8;
        while let Some(mut line) = state.lines.pop_front() {
            let next = line.waiting.pop_front();
            if !line.waiting.is_empty() {
                state.lines.push_back(line);
            }
            let Some(next) = next else { continue };
            match next.send(self.begin()) {
                Ok(()) => return,
                // Gone: the turn must not come back here through its drop.
                Err(mut turn) => drop(turn.of.take()),
            }
        }
        state.taken = state.taken.saturating_sub(1);
    }
}

impl<K: Eq> Queue<K> {
    /// Waits for a turn. `None`: it would not come soon, too many wait already, or it did not come in time.
    pub(super) async fn turn(&self, who: K) -> Option<Turn<K>> {
        let waiting = {
            let mut state = self.state();
            if state.taken < self.0.limits.at_once {
                state.taken += 1;
                return Some(self.begin());
            }
            state.enter(who, self.0.limits)?
        };
        tokio::time::timeout(self.0.limits.patience, waiting).await.ok()?.ok()
    }
}

impl<K: Eq> State<K> {
    fn enter(&mut self, who: K, limits: Limits) -> Option<oneshot::Receiver<Turn<K>>> {
        for line in &mut self.lines {
            line.waiting.retain(|one| !one.is_closed());
        }
        self.lines.retain(|line| !line.waiting.is_empty());
        let own = self.lines.iter().find(|line| line.of == who).map_or(0, |line| line.waiting.len());
        if own >= limits.waiting_of_one || self.wait(&who, own, limits) > limits.soon {
            return None;
        }
        if self.lines.iter().map(|line| line.waiting.len()).sum::<usize>() >= limits.waiting {
            // Room is made by the last of the longest line, if that is longer than this one's would be.
            let longest = self.lines.iter_mut().max_by_key(|line| line.waiting.len());
            longest.filter(|line| line.waiting.len() > own + 1)?.waiting.pop_back();
        }
        let (sender, receiver) = oneshot::channel();
        match self.lines.iter_mut().find(|line| line.of == who) {
            Some(line) => line.waiting.push_back(sender),
            None => self.lines.push_back(Line { of: who, waiting: VecDeque::from([sender]) }),
        }
        Some(receiver)
    }
}

impl<K: Eq> State<K> {
    /// How long who comes next in a line of `own` waits. Of every other line as many are served before.
    fn wait(&self, who: &K, own: usize, limits: Limits) -> Duration {
        let others = self.lines.iter().filter(|line| line.of != *who);
        let before: usize = own + others.map(|line| line.waiting.len().min(own + 1)).sum::<usize>();
        let turns = (before + 1).div_ceil(limits.at_once.max(1));
        self.held * u32::try_from(turns).unwrap_or(u32::MAX)
    }
}

impl<K> Drop for Turn<K> {
    fn drop(&mut self) {
        if let Some(queue) = self.of.take() {
            queue.pass_on(self.since.elapsed());
        }
    }
}

#[cfg(test)]
mod tests;
