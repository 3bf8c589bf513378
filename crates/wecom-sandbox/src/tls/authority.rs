//! The local certificate authority: made once, kept in a folder, good for WeCom's names only.
//!
//! In: a folder. Out: `ca.pem` for programs that shall trust it, and certificates signed with
//! `ca.key`, which never leaves the folder. Security: name constraints bind the authority to
//! `weixin.qq.com`, `localhost` and loopback addresses, so that a stolen key opens no other site.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, date_time_ymd,
};
use rustls::pki_types::CertificateDer;
use wecom_sdk::Timestamp;

use super::{TlsError, file};

/// Some clients refuse certificates that live longer.
const LEAF_DAYS: i64 = 397;

pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate_pem: String,
    certificate_file: Option<PathBuf>,
}

impl Authority {
    pub(super) fn open(folder: Option<&Path>) -> Result<Self, TlsError> {
        match folder {
            None => Self::with(KeyPair::generate()?),
            Some(folder) => Self::in_folder(folder),
        }
    }

    fn in_folder(folder: &Path) -> Result<Self, TlsError> {
        file::create_folder(folder)?;
        let key_file = folder.join("ca.key");
        let key = if let Some(pem) = file::read_secret(&key_file)? {
            KeyPair::from_pem(&pem).map_err(|_| TlsError::NotAKey(key_file))?
        } else {
            let key = KeyPair::generate()?;
            file::write_secret(&key_file, &key.serialize_pem())?;
            key
        };
        let certificate_file = folder.join("ca.pem");
        let mut authority = Self::with(key)?;
        match file::read(&certificate_file)? {
            Some(pem) => authority.certificate_pem = pem,
            // The same name and key again: whoever trusted a lost copy trusts this one.
            None => file::write(&certificate_file, &authority.certificate_pem)?,
        }
        authority.certificate_file = Some(certificate_file);
        Ok(authority)
    }

    fn with(key: KeyPair) -> Result<Self, TlsError> {
        let parameters = ca_parameters();
        let certificate = parameters.self_signed(&key)?;
        Ok(Self {
            certificate_pem: certificate.pem(),
            issuer: Issuer::new(parameters, key),
            certificate_file: None,
        })
    }

    pub(super) fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    pub(super) fn certificate_file(&self) -> Option<&Path> {
        self.certificate_file.as_deref()
    }

    /// A certificate for these names, and its key in PKCS#8.
    pub(super) fn issue(
        &self,
        names: &[&str],
        now: Timestamp,
    ) -> Result<(CertificateDer<'static>, Vec<u8>), TlsError> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut parameters = CertificateParams::new(names.clone())?;
        let name = names.first().map_or("", String::as_str);
        parameters.distinguished_name = named(name);
        parameters.is_ca = IsCa::ExplicitNoCa;
        parameters.use_authority_key_identifier_extension = true;
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        set_lifetime(&mut parameters, now);
        let key = KeyPair::generate()?;
        let certificate = parameters.signed_by(&key, &self.issuer)?;
        Ok((certificate.der().clone(), key.serialize_der()))
    }
}

/// The same each time, so that the issuer can be made again from the key alone.
fn ca_parameters() -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = named("WeCom sandbox: local authority, not for real traffic");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    parameters.not_before = date_time_ymd(2024, 1, 1);
    parameters.not_after = date_time_ymd(2049, 12, 31);
    // Security: see the head of this file.
    parameters.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName("weixin.qq.com".to_owned()),
            GeneralSubtree::DnsName("localhost".to_owned()),
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(Ipv4Addr::LOCALHOST.into(), 8)),
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(
                Ipv6Addr::LOCALHOST.into(),
                128,
            )),
        ],
        excluded_subtrees: Vec::new(),
    });
    parameters
}

fn named(name: &str) -> DistinguishedName {
    let mut named = DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named
}

/// From the day before `now`, for clocks that disagree, until [`LEAF_DAYS`] later.
fn set_lifetime(parameters: &mut CertificateParams, now: Timestamp) {
    let today = jiff::Timestamp::from_millisecond(now.as_millis()).unwrap_or_default();
    let today = today.to_zoned(jiff::tz::TimeZone::UTC).date();
    let day = |distance: i64| {
        let date = today.saturating_add(jiff::Span::new().days(distance));
        let [month, day] = [date.month(), date.day()].map(i8::unsigned_abs);
        date_time_ymd(date.year().into(), month, day)
    };
    (parameters.not_before, parameters.not_after) = (day(-1), day(LEAF_DAYS));
}
