//! Waiting to a few dozen microseconds, for what has to say things on time: the runtime's own timers count milliseconds.
//! Never starts the thread that it needs: an engine does.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Instant,
};

/// Those who wait, by when, and by number where that is the same.
type Waiting = BTreeMap<(Instant, u64), Waker>;

#[derive(Debug, Default)]
struct TimerState {
    waiting: Waiting,
    next: u64,
    is_closed: bool,
}

/// Wakes whoever waits, from a thread of its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct FineTimer(Arc<(Mutex<TimerState>, Condvar)>);

impl FineTimer {
    fn state(&self) -> MutexGuard<'_, TimerState> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes those whose time has come, until [`FineTimer::close`].
    pub(crate) fn run(&self) {
        let mut due: Vec<Waker> = Vec::new();
        let mut state = self.state();
        while !state.is_closed {
            let now = Instant::now();
            while let Some(first) = state.waiting.first_entry()
                && first.key().0 <= now
            {
                due.push(first.remove());
            }
            if !due.is_empty() {
                drop(state);
                due.drain(..).for_each(Waker::wake);
                state = self.state();
                continue;
            }
            let first =
                state.waiting.first_key_value().map(|((due, _), _)| due.saturating_duration_since(now));
            state = match first {
                Some(left) => self.0.1.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0,
                None => self.0.1.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// Nobody is woken any more.
    pub(crate) fn close(&self) {
        self.state().is_closed = true;
        self.0.1.notify_all();
    }

    /// Waits until `due`.
    pub(crate) fn sleep_until(&self, due: Instant) -> FineSleep {
        FineSleep { timer: self.clone(), due, place: None, waker: None }
    }
}

/// See [`FineTimer::sleep_until`].
#[derive(Debug)]
pub(crate) struct FineSleep {
    timer: FineTimer,
    due: Instant,
    place: Option<(Instant, u64)>,
    waker: Option<Waker>,
}

impl FineSleep {
    /// Waits until `due` instead.
    pub(crate) fn reset(&mut self, due: Instant) {
        self.leave();
        self.due = due;
    }

    fn leave(&mut self) {
        self.waker = None;
        if let Some(place) = self.place.take() {
            self.timer.state().waiting.remove(&place);
        }
    }
}

impl Future for FineSleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.due {
            self.leave();
            return Poll::Ready(());
        }
        if self.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            return Poll::Pending;
        }
        self.waker = Some(cx.waker().clone());
        let (timer, due) = (self.timer.clone(), self.due);
        let mut state = timer.state();
        let place = *self.place.get_or_insert_with(|| {
            state.next += 1;
            (due, state.next)
        });
        state.waiting.insert(place, cx.waker().clone());
        let is_first = state.waiting.first_key_value().is_some_and(|(first, _)| *first == place);
        drop(state);
        if is_first {
            timer.0.1.notify_one();
        }
        Poll::Pending
    }
}

impl Drop for FineSleep {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn all_are_woken_in_their_order_and_none_early() {
        let timer = FineTimer::default();
        let thread = std::thread::spawn({
            let timer = timer.clone();
            move || timer.run()
        });
        let begun = Instant::now();
        let mut waits: Vec<(u64, FineSleep)> = [30, 10, 20, 0, 10]
            .into_iter()
            .map(|millis| (millis, timer.sleep_until(begun + Duration::from_millis(millis))))
            .collect();
        waits[0].1.reset(begun + Duration::from_millis(5));
        waits[0].0 = 5;
        let woken = Mutex::new(Vec::new());
        let wait = |(millis, sleep): (u64, FineSleep)| {
            let woken = &woken;
            async move {
                sleep.await;
                assert!(begun.elapsed() >= Duration::from_millis(millis));
                woken.lock().unwrap().push(millis);
            }
        };
        futures_util::future::join_all(waits.into_iter().map(wait)).await;
        assert_eq!(*woken.lock().unwrap(), [0, 5, 10, 10, 20]);
        timer.close();
        thread.join().unwrap();
    }
}
