//! Reads one `[[connector]]` and the files it names.
//!
//! In: a section. Out: the connector, or notes about every mistake in it. It reads the secret once, so that
//! a bad file is found at the start, and keeps only the file.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use wecom_sdk::{AgentId, CorpId};

use super::super::findings::Wrong;
use super::super::section::Section;
use super::super::{SecretFile, files, load, parse};
use super::{ConnectorConfig, EmailTemplate, EndpointOverrides, PrivateField, VerificationFile};

/// The longest file that proves ownership. WeCom's own hold 16 bytes.
const VERIFICATION_LENGTH: u64 = 4096;

/// Reads one `[[connector]]`.
pub(super) fn read(section: &Section<'_>) -> Option<ConnectorConfig> {
    check_kind(section);
    let id = section.required(
        "id",
        "give the connector a name for addresses, such as hq",
        parse::connector_id,
    );
    let label = section.optional("label", parse::label);
    let corp_id = section.required(
        "corp_id",
        "copy the corp id from the WeCom console: My company (我的企业), at the bottom",
        |text| {
            CorpId::parse(text).map_err(|error| {
                let what = format!("is \"{text}\", {error}");
                Wrong::new(what, "copy it again from the WeCom console: 我的企业")
            })
        },
    );
    let agent_id = section.required(
        "agent_id",
        "copy the AgentId from the agent's page in the WeCom console",
        agent_id,
    );
    let secret = secret(section);
    let private_info = section
        .list("private_info", private_field)
        .into_iter()
        .collect();
    let verification_files = section.list("verification_files", |name| {
        verification_file(section, name)
    });
    let endpoints = endpoints(section);
    let email_fallback = section.optional("email_fallback", |text| {
        let remedy = "write it like {userid}@example.com";
        EmailTemplate::parse(text).map_err(|what| Wrong::new(what, remedy))
    });
    let admit_external_contacts = section.flag("admit_external_contacts");
    let admit_linked_corps = section.flag("admit_linked_corps");
    let id = id?;
    Some(ConnectorConfig {
        label: label.unwrap_or_else(|| id.clone()),
        id,
        corp_id: corp_id?,
        agent_id: agent_id?,
        secret: secret?,
        private_info,
        verification_files,
        endpoints,
        email_fallback,
        admit_external_contacts,
        admit_linked_corps,
    })
}

fn check_kind(section: &Section<'_>) {
    section.optional("kind", |text| match text {
        "agent" => Ok(()),
        _ => Err(Wrong::new(
            format!("is \"{text}\""),
            "write agent: this version has no other kind",
        )),
    });
}

fn agent_id(text: &str) -> Result<AgentId, Wrong> {
    match text.parse() {
        Ok(number @ 1..) => Ok(AgentId(number)),
        _ => Err(Wrong::new(
            format!("is \"{text}\""),
            "write a number such as 1000002",
        )),
    }
}

/// The secret is read once here, so that a file that gives none is found at the start.
fn secret(section: &Section<'_>) -> Option<Arc<SecretFile>> {
    let remedy = "write the name of a file that holds the agent's secret, and nothing else";
    let path = section.required("secret_file", remedy, load::path)?;
    let file = SecretFile::new(section.notes.resolve(&path));
    if let Err(error) = file.read() {
        let what = format!("gives no secret: {error}");
        let remedy = "put the agent's Secret from the WeCom console into it, alone, on one line";
        section.mistake("secret_file", Wrong::new(what, remedy));
        return None;
    }
    if files::is_open_to_all(file.path()).unwrap_or(false) {
        let remedy = format!("run: chmod 600 {}", file.path().display());
        section.warning(
            "secret_file",
            Wrong::new("names a file that everybody may read", remedy),
        );
    }
    Some(Arc::new(file))
}

fn private_field(text: &str) -> Result<PrivateField, Wrong> {
    let found = PrivateField::ALL
        .into_iter()
        .find(|field| field.as_str() == text);
    found.ok_or_else(|| {
        let names = PrivateField::ALL.map(PrivateField::as_str).join(", ");
        Wrong::new(format!("holds \"{text}\""), format!("choose from {names}"))
    })
}

fn verification_file(section: &Section<'_>, name: &str) -> Result<VerificationFile, Wrong> {
    let path = section.notes.resolve(name);
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let token = parse::verification_name(name)?;
    let mut content = read_verification(&path)?;
    if content.trim_ascii_end() == token.as_bytes() {
        // A line break at the end is the editor's, and is not served.
        content.truncate(token.len());
    }
    if content != token.as_bytes() {
        let what = format!("names {name}, which does not hold exactly \"{token}\"");
        let remedy = "download it from the WeCom console again, and save it as it is";
        section.warning("verification_files", Wrong::new(what, remedy));
    }
    Ok(VerificationFile {
        name: name.to_owned(),
        content,
    })
}

fn read_verification(path: &Path) -> Result<Vec<u8>, Wrong> {
    let remedy = "put the file that the WeCom console gave into the folder of the configuration";
    let wrong =
        |what: String| Wrong::new(format!("names {}, which {what}", path.display()), remedy);
    let metadata = fs::metadata(path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    if !metadata.is_file() || metadata.len() == 0 || metadata.len() > VERIFICATION_LENGTH {
        return Err(wrong("is empty, too large or no file".to_owned()));
    }
    fs::read(path).map_err(|error| wrong(format!("cannot be read: {error}")))
}

fn endpoints(section: &Section<'_>) -> EndpointOverrides {
    let Some(section) = section.section("endpoints") else {
        return EndpointOverrides::default();
    };
    let overrides = EndpointOverrides {
        open: section.optional("open", parse::endpoint),
        login: section.optional("login", parse::endpoint),
        api: section.optional("api", parse::api_endpoint),
    };
    section.finish();
    overrides
}
