//! The certificate in use, and its successor.
//!
//! In: the first certificate, and looks at the files, now and then and when an operator asks. Out: whatever is
//! newest and can be shown, for each handshake. A pair that cannot be used is reported once and changes
//! nothing; connections that are open go on as they are. The files are read where nobody waits for a disk.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use menshen_store::Digest;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use wecom_sdk::{Clock, Timestamp};

use super::der::written;
use super::files::Both;
use super::judge::judge;
use super::{Certificate, Problem, TlsFiles};
use crate::jobs::Jobs;

/// How often the files are looked at.
const EVERY: Duration = Duration::from_secs(10);

/// The certificate that is shown. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Certificates(Arc<Inner>);

struct Inner {
    files: TlsFiles,
    shown: RwLock<Arc<CertifiedKey>>,
    state: Mutex<State>,
}

struct State {
    print: Digest,
    ends_at: Timestamp,
    due_at: Timestamp,
    /// What was found in place of it and cannot be used, and whether that was said.
    broken: Option<(Digest, bool)>,
    said: Said,
}

/// What was said about the end of the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Nothing,
    EndsSoon,
    HasEnded,
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificates({})", self.0.files.cert_file.display())
    }
}

impl Certificates {
    /// Begins with this one.
    #[must_use]
    pub fn new(files: TlsFiles, first: Certificate) -> Self {
        Self(Arc::new(Inner {
            files,
            state: Mutex::new(State::of(&first)),
            shown: RwLock::new(first.pair),
        }))
    }

    /// Looks at the files until the gateway stops.
    pub(crate) fn watch(&self, jobs: &Jobs, clock: &Arc<dyn Clock>) {
        let (this, clock) = (self.clone(), Arc::clone(clock));
        let own = jobs.clone();
        jobs.repeat(EVERY, move || {
            let (this, now, jobs) = (this.clone(), clock.now(), own.clone());
            async move {
                tokio::select! {
                    // A file system that does not answer holds up neither connections nor the end.
                    () = jobs.stopping() => {}
                    () = this.look(now, false) => {}
                }
            }
        });
    }

    /// Looks at the files because an operator asks, and says in the log what came of it.
    pub async fn look_again(&self, now: Timestamp) {
        self.look(now, true).await;
    }

    async fn look(&self, now: Timestamp, is_asked: bool) {
        let this = self.clone();
        let reading = tokio::task::spawn_blocking(move || Both::read(&this.0.files));
        if let Ok(both) = reading.await {
            self.take(&both, now, is_asked);
        }
    }

    fn take(&self, both: &Both, now: Timestamp, is_asked: bool) {
        let print = both.print();
        let mut state = self.state();
        if print == state.print {
            state.broken = None;
            if is_asked {
                tracing::info!("the certificate is the one in use already");
            }
        } else {
            match judge(&self.0.files, both, now) {
                Ok(judged) => {
                    self.show(&mut state, judged.certificate);
                    for warning in &judged.warnings {
                        tracing::warn!("{warning}");
                    }
                }
                Err(problems) => state.refuse(print, &problems, is_asked),
            }
        }
        state.remind(now);
    }

    fn show(&self, state: &mut State, next: Certificate) {
        let ends_at = written(next.ends_at);
        *state = State::of(&next);
        let mut shown = self.0.shown.write().unwrap_or_else(PoisonError::into_inner);
        *shown = next.pair;
        tracing::info!(certificate.ends_at = ends_at, "a new certificate is in use");
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn of(certificate: &Certificate) -> Self {
        Self {
            print: certificate.print,
            ends_at: certificate.ends_at,
            due_at: certificate.due_at,
            broken: None,
            said: if certificate.is_told {
                Said::EndsSoon
            } else {
                Said::Nothing
            },
        }
    }

    /// Two files are never replaced in one step: what does not fit at the first look is said only when it
    /// is still there at the next, unless somebody asks.
    fn refuse(&mut self, print: Digest, problems: &[Problem], is_asked: bool) {
        let (is_known, was_said) = match self.broken {
            Some((broken, said)) if broken == print => (true, said),
            _ => (false, false),
        };
        let is_said = is_asked || (is_known && !was_said);
        self.broken = Some((print, was_said || is_said));
        if is_said {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            tracing::error!(
                "the new certificate cannot be used, and the one before stays in use: {}",
                problems.join("; ")
            );
        }
    }

    /// Says once that the end is near, and once that it has come.
    fn remind(&mut self, now: Timestamp) {
        let due = if self.ends_at < now {
            Said::HasEnded
        } else if self.due_at < now {
            Said::EndsSoon
        } else {
            Said::Nothing
        };
        if due <= self.said {
            return;
        }
        self.said = due;
        let ends_at = written(self.ends_at);
        if due == Said::HasEnded {
            tracing::error!("the certificate ended at {ends_at}: browsers refuse it; renew it");
        } else {
            tracing::warn!("the certificate ends at {ends_at}: renew it");
        }
    }
}

impl ResolvesServerCert for Certificates {
    /// There is one for everybody: which host is meant is the door's affair.
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let shown = self.0.shown.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&shown))
    }
}
