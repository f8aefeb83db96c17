use std::time::{Duration, Instant};

/// What a run took, or the least that some runs took: each of the two may be of another run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    pub(crate) wall: Duration,
    /// Of all threads and of all programs that were started and have ended, in user and system mode.
    pub(crate) cpu: Duration,
}

impl Spent {
    pub(crate) const MAX: Spent = Spent {
        wall: Duration::MAX,
        cpu: Duration::MAX,
    };

    #[allow(clippy::disallowed_methods, reason = "measuring time is the purpose")]
    pub(crate) fn by(run: impl FnOnce()) -> Spent {
        let (cpu, wall) = (cpu_so_far(), Instant::now());
        run();
        Spent {
            wall: wall.elapsed().max(Duration::from_nanos(1)),
            cpu: cpu_so_far().saturating_sub(cpu),
        }
    }

    pub(crate) fn least(self, other: Spent) -> Spent {
        Spent {
            wall: self.wall.min(other.wall),
            cpu: self.cpu.min(other.cpu),
        }
    }

    pub(crate) fn of_one(self, runs: u32) -> Spent {
        Spent {
            wall: self.wall / runs,
            cpu: self.cpu / runs,
        }
    }
}

#[cfg(unix)]
fn cpu_so_far() -> Duration {
    usage(libc::RUSAGE_SELF) + usage(libc::RUSAGE_CHILDREN)
}

/// Elsewhere it is not measured, and all of it counts as nothing.
#[cfg(not(unix))]
fn cpu_so_far() -> Duration {
    Duration::ZERO
}

#[cfg(unix)]
#[allow(unsafe_code, reason = "the standard library does not tell")]
fn usage(of: libc::c_int) -> Duration {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: it is written to, and all zeros are a valid value of a struct of integers.
    let usage = unsafe {
        assert_eq!(libc::getrusage(of, usage.as_mut_ptr()), 0);
        usage.assume_init()
    };
    let span = |time: libc::timeval| {
        Duration::from_micros(time.tv_sec as u64 * 1_000_000 + time.tv_usec as u64)
    };
    span(usage.ru_utime) + span(usage.ru_stime)
}
