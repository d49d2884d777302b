//! The connections that are open: how many there may be, and which one makes room.
//!
//! There is no cap for one visitor's address. Behind a proxy, or behind the shared address of a
//! mobile network, it would shut out everybody; what one visitor can hold is bounded by the
//! times a connection may take, and by the rule below. A proxy in front can tell visitors apart.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::pulse::{Pulse, QUIET, SLOW};

/// How soon is looked again for a connection that could make room.
const AGAIN: Duration = Duration::from_millis(100);

/// The open connections.
#[derive(Debug)]
pub(super) struct Connections {
    slots: Arc<Semaphore>,
    most: u32,
    open: Mutex<HashMap<u64, Arc<Pulse>>>,
    next: AtomicU64,
    leaving: AtomicBool,
}

/// Room for one connection.
pub(super) type Slot = OwnedSemaphorePermit;

/// One of the open connections, until it is dropped.
pub(super) struct Entry {
    connections: Arc<Connections>,
    number: u64,
    _slot: Slot,
}

impl Connections {
    pub(super) fn new(most: u32) -> Self {
        Self {
            slots: Arc::new(Semaphore::new(most as usize)),
            most,
            open: Mutex::default(),
            next: AtomicU64::new(0),
            leaving: AtomicBool::new(false),
        }
    }

    /// Waits for room, and makes some when there is none.
    pub(super) async fn slot(&self) -> Option<Slot> {
        loop {
            if let Ok(slot) = self.slots.clone().try_acquire_owned() {
                return Some(slot);
            }
            self.make_room();
            if let Ok(slot) = timeout(AGAIN, self.slots.clone().acquire_owned()).await {
                // It is never closed.
                return slot.ok();
            }
        }
    }

    /// Counts a connection among the open ones.
    pub(super) fn enter(self: &Arc<Self>, slot: Slot) -> (Entry, Arc<Pulse>) {
        let pulse = Arc::new(Pulse::new());
        let number = self.next.fetch_add(1, Relaxed);
        let mut open = self.open();
        if self.leaving.load(Relaxed) {
            pulse.leave();
        }
        open.insert(number, pulse.clone());
        (Entry { connections: self.clone(), number, _slot: slot }, pulse)
    }

    /// Asks the connection to leave that has been waiting longest for a next request. When none
    /// is, the one that lags longest is hurried.
    pub(super) fn make_room(&self) {
        let open = self.open();
        let longest = |time: fn(&Pulse) -> Option<Duration>, least: Duration| {
            let times = open.values().filter_map(|pulse| Some((time(pulse)?, pulse)));
            times.filter(|(time, _)| *time >= least).max_by_key(|(time, _)| *time)
        };
        if let Some((_, pulse)) = longest(Pulse::waiting, QUIET) {
            pulse.leave();
        } else if let Some((_, pulse)) = longest(Pulse::lagging, SLOW) {
            pulse.hurry();
        }
    }

    /// Asks all to leave, those too that are still to come.
    pub(super) fn leave(&self) {
        let open = self.open();
        self.leaving.store(true, Relaxed);
        for pulse in open.values() {
            pulse.leave();
        }
    }

    /// Waits until none is open.
    pub(super) async fn gone(&self) {
        // It is never closed.
        drop(self.slots.acquire_many(self.most).await);
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Arc<Pulse>>> {
        // Nothing in it can be half done.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.connections.open().remove(&self.number);
    }
}
