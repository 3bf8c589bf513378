//! Why an address of ours gave no answer, as one cause instead of a list of guesses.
//!
//! In: the error of the HTTP client. Out: a finding with what is behind it and the remedy. An error is told by
//! its type, never by its text.

use std::error::Error as StdError;
use std::io;

use rustls::CertificateError;
use url::{Host, Url};

use super::super::finding::{Finding, Level};

/// An address without an answer: a finding that does not know yet what it is about.
pub(super) struct Unanswered(pub(super) Url, pub(super) Silence);

/// What became of the question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    NoName,
    NoTls,
    Refused,
    NoConnection,
    Late,
    UnknownIssuer,
    WrongName,
    BadCertificate(String),
    Tls(String),
    NoHttp,
    TooLong,
}

/// Whether this machine knows where the name leads.
pub(super) async fn is_name_known(address: &Url) -> bool {
    let port = address.port_or_known_default().unwrap_or(443);
    match address.host() {
        Some(Host::Domain(name)) => tokio::net::lookup_host((name, port)).await.is_ok(),
        _ => true,
    }
}

impl Silence {
    /// Looks through an error to what began it.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        let (mut is_refused, mut next) = (false, error.source());
        while let Some(error) = next {
            if let Some(error) = error.downcast_ref::<rustls::Error>() {
                return Self::of_tls(error);
            }
            if let Some(error) = error.downcast_ref::<io::Error>() {
                is_refused |= error.kind() == io::ErrorKind::ConnectionRefused;
                let inner = error
                    .get_ref()
                    .and_then(|inner| inner.downcast_ref::<rustls::Error>());
                if let Some(error) = inner {
                    return Self::of_tls(error);
                }
            }
            next = error.source();
        }
        if error.is_timeout() {
            Self::Late
        } else if is_refused {
            Self::Refused
        } else if error.is_connect() {
            Self::NoConnection
        } else {
            Self::NoHttp
        }
    }

    fn of_tls(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
                Self::UnknownIssuer
            }
            rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            ) => Self::WrongName,
            rustls::Error::InvalidCertificate(error) => Self::BadCertificate(error.to_string()),
            error => Self::Tls(error.to_string()),
        }
    }

    /// What happened, as a clause.
    fn told(&self) -> String {
        match self {
            Self::NoName => "the name leads nowhere".to_owned(),
            Self::NoTls => "TLS cannot be set up here".to_owned(),
            Self::Refused => "the connection was refused".to_owned(),
            Self::NoConnection => "no connection".to_owned(),
            Self::Late => "no answer in time".to_owned(),
            Self::UnknownIssuer => "its certificate is signed by somebody unknown".to_owned(),
            Self::WrongName => "its certificate is for another name".to_owned(),
            Self::BadCertificate(error) => format!("its certificate is not good: {error}"),
            Self::Tls(error) => format!("TLS came to no agreement: {error}"),
            Self::NoHttp => "the answer is no HTTP".to_owned(),
            Self::TooLong => "the answer is far too long".to_owned(),
        }
    }

    fn cause(&self, host: &str) -> String {
        match self {
            Self::NoName => format!("this machine finds no address for {host}"),
            Self::NoTls => "the authorities of this system cannot be read".to_owned(),
            Self::Refused => format!(
                "nothing listens there: neither the gateway nor a proxy in front of it, or {host} leads to \
                 another machine"
            ),
            Self::NoConnection | Self::Late => {
                format!(
                    "{host} leads to a machine that does not answer, or a firewall stands between"
                )
            }
            Self::UnknownIssuer => {
                "this machine trusts no authority that signed it; browsers need not agree"
                    .to_owned()
            }
            Self::WrongName => {
                format!("whoever answers there shows a certificate that does not name {host}")
            }
            Self::BadCertificate(_) | Self::Tls(_) => {
                "browsers will most likely refuse it too".to_owned()
            }
            Self::NoHttp | Self::TooLong => {
                "another program answers there, or it speaks TLS where public_url says http"
                    .to_owned()
            }
        }
    }

    fn remedy(&self, host: &str) -> String {
        match self {
            Self::NoName => format!(
                "let {host} lead to the gateway or the proxy in front of it: in DNS, or on this machine in \
                 /etc/hosts"
            ),
            Self::NoTls => "install the package ca-certificates".to_owned(),
            Self::Refused | Self::NoConnection | Self::Late => {
                "start `menshen serve` and whatever is in front of it, then check again".to_owned()
            }
            Self::UnknownIssuer => {
                "install the whole chain; for an authority of your own, set SSL_CERT_FILE to its certificate \
                 and check again"
                    .to_owned()
            }
            Self::WrongName => format!("get a certificate that names {host}"),
            Self::BadCertificate(_) | Self::Tls(_) => "renew or correct the certificate".to_owned(),
            Self::NoHttp | Self::TooLong => "route the whole host to the gateway".to_owned(),
        }
    }
}

impl Unanswered {
    pub(super) fn about(self, about: &str) -> Finding {
        let Self(address, why) = self;
        let host = address.host_str().unwrap_or_default();
        let what = format!("{address} is not answered: {}", why.told());
        Finding::new(Level::Warning, about, what)
            .because(why.cause(host))
            .remedy(why.remedy(host))
    }
}
