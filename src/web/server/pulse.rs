//! What one connection is doing, and since when.
//!
//! The socket, the service and the body of an answer note what happens; the connection's task
//! asks how long that may go on. All of it runs in that one task, so the atomics are never
//! contended: they are there because the parts are owned by others, and because a connection
//! that waits may be asked from outside to leave.

use std::mem::take;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use crate::addresses;
use crate::catalog::Locale;
use crate::config::Limits;

/// How long a connection is left alone after its last sign of life, whoever needs its place: a
/// visitor's next request may be on its way.
pub(super) const QUIET: Duration = Duration::from_secs(1);
/// How long a visitor may be slow to send or to take while others wait for the place.
pub(super) const SLOW: Duration = Duration::from_secs(5);
/// How long what a visitor still sends is read and thrown away after the last answer. Closing at
/// once would reset the connection, and the answer would be lost with it.
const LINGER: Duration = Duration::from_secs(2);

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Phase {
    /// Nothing of a next request is there.
    Waiting,
    /// A part of a request's head is there.
    Head,
    /// A request is in work.
    Working,
    /// An answer is being sent.
    Answering,
    /// The last answer is sent; what still comes is thrown away.
    Closing,
}

/// What is to be done with a connection whose time is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expired {
    /// Its parts were told and will end it in good order.
    Told,
    /// It is dropped as it is.
    Drop,
}

/// What one connection is doing, and since when.
#[derive(Debug)]
pub(super) struct Pulse {
    opened: Instant,
    phase: AtomicU8,
    /// Milliseconds from the opening to when the connection was last looked after.
    now: AtomicU64,
    /// Milliseconds from the opening to the beginning of the phase, or the last progress in it.
    since: AtomicU64,
    /// The visitor takes nothing more of what is being sent.
    blocked: AtomicBool,
    /// A request was answered before.
    used: AtomicBool,
    /// The time for the phase is over.
    overdue: AtomicBool,
    /// The connection is to end as soon as it is quiet.
    leaving: AtomicBool,
    /// Others wait for the place.
    hurried: AtomicBool,
    /// The visitor may still be sending when the connection ends.
    lingers: AtomicBool,
    head: HeadNotes,
    waker: OnceLock<Waker>,
}

/// What is known of a request whose head is not understood.
#[derive(Debug, Default)]
struct HeadNotes {
    /// The language of the page it asks for, as its place in [`Locale::ALL`]; the default comes first.
    locale: AtomicUsize,
    /// It asks for headers only.
    bodiless: AtomicBool,
    /// Its first line is not complete.
    in_first_line: AtomicBool,
    /// Its bytes are kept.
    is_kept: AtomicBool,
    bytes: Mutex<Vec<u8>>,
}

/// What is known of a request whose head is not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Misread {
    /// The language its answer should have.
    pub(super) locale: Locale,
    /// Its answer must have no body.
    pub(super) bodiless: bool,
    /// Its first line is not complete.
    pub(super) in_first_line: bool,
}

/// The place in [`Locale::ALL`] of the language a path begins with.
fn language(path: &[u8]) -> usize {
    let is_of = |locale: &Locale| {
        *locale != Locale::DEFAULT && path.starts_with(addresses::prefix(*locale).as_bytes())
    };
    Locale::ALL.iter().position(is_of).unwrap_or_default()
}

impl Pulse {
    pub(super) fn new() -> Self {
        Self {
            opened: Instant::now(),
            phase: AtomicU8::new(Phase::Waiting as u8),
            now: AtomicU64::new(0),
            since: AtomicU64::new(0),
            blocked: AtomicBool::new(false),
            used: AtomicBool::new(false),
            overdue: AtomicBool::new(false),
            leaving: AtomicBool::new(false),
            hurried: AtomicBool::new(false),
            lingers: AtomicBool::new(false),
            head: HeadNotes::default(),
            waker: OnceLock::new(),
        }
    }

    // What happens.

    /// Bytes arrived.
    pub(super) fn received(&self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        match self.phase() {
            Phase::Waiting => {
                self.enter(Phase::Head);
                let path = bytes.strip_prefix(b"GET ").or_else(|| bytes.strip_prefix(b"HEAD "));
                self.head.bodiless.store(bytes.starts_with(b"HEAD "), Relaxed);
                self.head.locale.store(path.map_or(0, language), Relaxed);
                self.head.in_first_line.store(!bytes.contains(&b'\n'), Relaxed);
                // Only such a request may have a body, and its bytes a later look.
                self.head.is_kept.store(path.is_none(), Relaxed);
            }
            Phase::Head => {
                if self.head.in_first_line.load(Relaxed) {
                    self.head.in_first_line.store(!bytes.contains(&b'\n'), Relaxed);
                }
            }
            _ => return,
        }
        if self.head.is_kept.load(Relaxed) {
            self.head_bytes().extend_from_slice(bytes);
        }
    }

    /// A request is complete and goes to work. Returns its bytes, if it is one of a kind that may
    /// have a body and they are known.
    pub(super) fn begin(&self) -> Vec<u8> {
        self.used.store(true, Relaxed);
        self.head.bodiless.store(false, Relaxed);
        self.head.locale.store(0, Relaxed);
        self.head.in_first_line.store(false, Relaxed);
        self.enter(Phase::Working);
        if self.head.is_kept.swap_if(false) { take(&mut *self.head_bytes()) } else { Vec::new() }
    }

    /// Its answer is there and is being sent.
    pub(super) fn answer(&self) {
        self.enter(Phase::Answering);
    }

    /// The answer was handed over in full, though not all of it may be sent.
    pub(super) fn answered(&self) {
        self.enter(Phase::Waiting);
    }

    /// Something of an answer was taken.
    pub(super) fn sent(&self) {
        if self.blocked.swap_if(false) || self.phase() == Phase::Answering {
            self.touch();
        }
    }

    /// Nothing more of an answer is taken at the moment.
    pub(super) fn block(&self) {
        if self.blocked.swap_if(true) {
            self.touch();
        }
    }

    /// The visitor may still be sending when the connection ends.
    pub(super) fn linger(&self) {
        self.lingers.store(true, Relaxed);
    }

    /// All is sent; whether what still comes must be thrown away.
    pub(super) fn close(&self) -> bool {
        if self.phase() != Phase::Closing {
            self.enter(Phase::Closing);
        }
        self.lingers.load(Relaxed)
    }

    /// The connection is to end as soon as it is quiet.
    pub(super) fn leave(&self) {
        self.leaving.store(true, Relaxed);
        self.wake();
    }

    /// Others wait for the place, so the visitor may no longer be as slow.
    pub(super) fn hurry(&self) {
        self.hurried.store(true, Relaxed);
        self.wake();
    }

    /// The connection is looked after at this moment: whatever happens meanwhile happens now, so
    /// that the clock is read once. From now on its task can be woken.
    pub(super) fn attend(&self, waker: &Waker) {
        let millis = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.now.store(millis, Relaxed);
        // The waker of a task stays the same.
        self.waker.get_or_init(|| waker.clone());
    }

    /// The time of the phase is over.
    pub(super) fn expire(&self) -> Expired {
        match self.phase() {
            Phase::Waiting if !self.is_blocked() => {}
            Phase::Working => {}
            _ => return Expired::Drop,
        }
        self.overdue.store(true, Relaxed);
        Expired::Told
    }

    // What is asked.

    /// When the time of the phase is over.
    pub(super) fn due(&self, limits: &Limits) -> Instant {
        let hurried =
            |time: Duration| if self.hurried.load(Relaxed) { time.min(SLOW) } else { time };
        let patience = match self.phase() {
            Phase::Waiting if self.is_blocked() => hurried(limits.write_timeout),
            Phase::Waiting if self.is_leaving() => QUIET,
            Phase::Waiting if self.used.load(Relaxed) => limits.idle_timeout,
            Phase::Waiting => limits.head_timeout,
            Phase::Head => hurried(limits.head_timeout),
            Phase::Working => limits.request_timeout,
            Phase::Answering => hurried(limits.write_timeout),
            Phase::Closing => LINGER,
        };
        self.opened + Duration::from_millis(self.since.load(Relaxed)) + patience
    }

    /// Whether the time of the phase is over.
    pub(super) fn is_overdue(&self) -> bool {
        self.overdue.load(Relaxed)
    }

    /// Whether the connection is to end as soon as it is quiet.
    pub(super) fn is_leaving(&self) -> bool {
        self.leaving.load(Relaxed)
    }

    /// Whether nothing more of an answer is taken.
    pub(super) fn is_blocked(&self) -> bool {
        self.blocked.load(Relaxed)
    }

    /// How long the connection has been waiting for a next request; nothing when it is not.
    pub(super) fn waiting(&self) -> Option<Duration> {
        let waits = self.phase() == Phase::Waiting && !self.is_blocked();
        waits.then(|| self.still())
    }

    /// How long the visitor has been sending a head, or taking nothing of an answer; nothing when
    /// neither is so.
    pub(super) fn lagging(&self) -> Option<Duration> {
        let lags = self.phase() == Phase::Head || self.is_blocked();
        lags.then(|| self.still())
    }

    /// The time since the phase began, or the last progress in it.
    fn still(&self) -> Duration {
        let since = Duration::from_millis(self.since.load(Relaxed));
        self.opened.elapsed().saturating_sub(since)
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.get() {
            waker.wake_by_ref();
        }
    }

    /// What is known of a request whose head is not understood.
    pub(super) fn misread(&self) -> Misread {
        Misread {
            locale: Locale::ALL
                .get(self.head.locale.load(Relaxed))
                .copied()
                .unwrap_or(Locale::DEFAULT),
            bodiless: self.head.bodiless.load(Relaxed),
            in_first_line: self.head.in_first_line.load(Relaxed),
        }
    }

    fn head_bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        // Bytes are bytes, however far adding to them got.
        self.head.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn phase(&self) -> Phase {
        const PHASES: [Phase; 5] =
            [Phase::Waiting, Phase::Head, Phase::Working, Phase::Answering, Phase::Closing];
        PHASES.get(usize::from(self.phase.load(Relaxed))).copied().unwrap_or(Phase::Closing)
    }

    fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Relaxed);
        self.overdue.store(false, Relaxed);
        self.touch();
    }

    fn touch(&self) {
        self.since.store(self.now.load(Relaxed), Relaxed);
    }
}

/// Setting what is mostly set already.
trait SwapIf {
    /// Whether it was the other value before. Nobody else writes, so this need not be one step.
    fn swap_if(&self, value: bool) -> bool;
}

impl SwapIf for AtomicBool {
    fn swap_if(&self, value: bool) -> bool {
        let changes = self.load(Relaxed) != value;
        if changes {
            self.store(value, Relaxed);
        }
        changes
    }
}
