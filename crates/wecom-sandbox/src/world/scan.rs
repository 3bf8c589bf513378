//! Scan tickets: what stands behind the QR code of a web-login or QR page (dossier 9.2, 9.3).
//!
//! In: a checked request; then a person who scans, confirms or refuses. Out: where the waiting
//! browser goes. The page that shows the code asks for the status; the person who confirms may sit
//! at another browser. Visible range is judged here, when the person scans.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use wecom_sdk::Timestamp;

use super::code::{CodeGrant, CodeScope};
use super::member::MemberStatus;
use super::person::Person;
use super::state::State;
use super::switch::WebLoginRefusal;
use super::web_login::{ScanDoor, ScanRequest};

const REMEMBERED: Duration = Duration::from_hours(1);

/// Where a scan stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScanStatus {
    /// Nobody has scanned yet.
    Waiting,
    /// Somebody has scanned and not answered.
    Scanned(Person),
    /// Confirmed: the waiting browser goes here, with a code.
    Confirmed {
        /// The address with code and state.
        location: String,
    },
    /// Refused: the waiting browser goes here without a code, or stays.
    Refused {
        /// The address with state only.
        location: Option<String>,
    },
    /// Nobody answered in time.
    Expired,
}

/// A scan ticket.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Scan {
    /// The request it came from.
    pub request: ScanRequest,
    /// When it stops waiting.
    pub expires_at: Timestamp,
    status: ScanStatus,
}

/// Why a scan could not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanError {
    /// There is no such ticket.
    Unknown,
    /// It has expired.
    Expired,
    /// It was answered before.
    Answered,
    /// The person is outside the agent's visible range, or no member: 无权限.
    NotVisible,
    /// The member is disabled or has left.
    CannotSignIn(MemberStatus),
}

impl ScanError {
    /// The rule that decided, with its section of the dossier.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            Self::Unknown => "scan.unknown (9.3)",
            Self::Expired => "scan.expired (9.2: not documented)",
            Self::Answered => "scan.answered (9.3)",
            Self::NotVisible => "scan.not_visible (9.2, 9.3)",
            Self::CannotSignIn(_) => "scan.member_cannot_sign_in (8.2)",
        }
    }
}

impl State {
    /// Keeps a new scan ticket under `key`, a value drawn beforehand.
    pub fn open_scan(&mut self, now: Timestamp, key: String, request: ScanRequest) {
        let seconds = u64::from(self.limits.scan_seconds);
        let expires_at = now.plus(Duration::from_secs(seconds));
        let scan = Scan {
            request,
            expires_at,
            status: ScanStatus::Waiting,
        };
        self.scans.put(now, expires_at.plus(REMEMBERED), key, scan);
    }

    /// Where a scan stands at `now`.
    #[must_use]
    pub fn scan_status(&self, now: Timestamp, key: &str) -> Option<ScanStatus> {
        let scan = self.scans.get(key)?;
        Some(match &scan.status {
            ScanStatus::Waiting | ScanStatus::Scanned(_) if scan.expires_at <= now => {
                ScanStatus::Expired
            }
            status => status.clone(),
        })
    }

    /// The request behind a scan.
    #[must_use]
    pub fn scan_request(&self, key: &str) -> Option<&ScanRequest> {
        self.scans.get(key).map(|scan| &scan.request)
    }

    /// The newest scan that still waits for an answer.
    #[must_use]
    pub fn newest_scan(&self, now: Timestamp) -> Option<String> {
        let mut scans = self.scans.newest_first();
        let found = scans.find(|(_, scan)| {
            let is_open = matches!(scan.status, ScanStatus::Waiting | ScanStatus::Scanned(_));
            is_open && scan.expires_at > now
        });
        found.map(|(key, _)| key.to_owned())
    }

    /// Somebody scans the code.
    ///
    /// # Errors
    /// Fails when the ticket is not open or the person may not use the agent.
    pub fn mark_scanned(
        &mut self,
        now: Timestamp,
        key: &str,
        person: &Person,
    ) -> Result<(), ScanError> {
        self.check_scan(now, key, person)?;
        if let Some(scan) = self.scans.get_mut(key) {
            scan.status = ScanStatus::Scanned(person.clone());
        }
        Ok(())
    }

    /// Somebody confirms: a code is issued and the waiting browser learns where to go. `code` is a
    /// value drawn beforehand.
    ///
    /// # Errors
    /// As [`State::mark_scanned`].
    pub fn confirm_scan(
        &mut self,
        now: Timestamp,
        key: &str,
        person: &Person,
        code: String,
    ) -> Result<String, ScanError> {
        let request = self.check_scan(now, key, person)?.clone();
        let redirect_uri = request.redirect_uri;
        let location = redirect_uri.location(Some(&code), request.state.as_deref());
        let grant = CodeGrant {
            corp_id: request.corp_id,
            agent_id: Some(request.agent_id),
            redirect_uri,
            person: person.clone(),
            scope: CodeScope::WebLogin,
        };
        self.issue_code(now, code, grant);
        if let Some(scan) = self.scans.get_mut(key) {
            scan.status = ScanStatus::Confirmed {
                location: location.clone(),
            };
        }
        Ok(location)
    }

    /// Somebody refuses. The old QR page documents the redirect without code; for the web login the
    /// switch `web_login_refusal` decides.
    ///
    /// # Errors
    /// Fails when the ticket is not open.
    pub fn refuse_scan(&mut self, now: Timestamp, key: &str) -> Result<Option<String>, ScanError> {
        let stays = self.switches.web_login_refusal == WebLoginRefusal::Stay;
        let scan = self.open_ticket(now, key)?;
        let request = &scan.request;
        let goes = request.door == ScanDoor::QrConnect || !stays;
        let location = goes.then(|| {
            request
                .redirect_uri
                .location(None, request.state.as_deref())
        });
        if let Some(scan) = self.scans.get_mut(key) {
            scan.status = ScanStatus::Refused {
                location: location.clone(),
            };
        }
        Ok(location)
    }

    fn open_ticket(&self, now: Timestamp, key: &str) -> Result<&Scan, ScanError> {
        let scan = self.scans.get(key).ok_or(ScanError::Unknown)?;
        match scan.status {
            ScanStatus::Waiting | ScanStatus::Scanned(_) if scan.expires_at > now => Ok(scan),
            ScanStatus::Waiting | ScanStatus::Scanned(_) => Err(ScanError::Expired),
            _ => Err(ScanError::Answered),
        }
    }

    fn check_scan(
        &self,
        now: Timestamp,
        key: &str,
        person: &Person,
    ) -> Result<&ScanRequest, ScanError> {
        let request = &self.open_ticket(now, key)?.request;
        if let Some(status) = self.status_that_bars(&request.corp_id, person) {
            return Err(ScanError::CannotSignIn(status));
        }
        let corp = self.corps.get(&request.corp_id);
        let agent = self.agent(&request.corp_id, request.agent_id);
        let (Some(corp), Some(agent)) = (corp, agent) else {
            return Err(ScanError::NotVisible);
        };
        let is_visible = person
            .user_id()
            .is_some_and(|user_id| corp.is_visible(agent, user_id));
        if is_visible {
            Ok(request)
        } else {
            Err(ScanError::NotVisible)
        }
    }
}
