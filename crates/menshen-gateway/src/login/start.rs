//! `GET /_menshen/login?return_to=&connector=&door=auto|in_app|scan|link&browser=&from=`
//!
//! Starts a login: chooses the door (product rule 1), keeps an attempt under the digest of its state,
//! binds it to the browser by a cookie of its own, and sends the browser to WeCom. Called by a
//! browser loading a page, and by nothing else: programs get 401 and leave no trace (S-070, S-089).
//! Whoever is signed in already crosses over to the site that asks; whoever signed out is asked first.
//! Nothing travels in the state or in the address to come back to; nothing is believed of the
//! User-Agent but a hint.

mod parameters;

use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::response::{AppendHeaders, IntoResponse, Response};
use http::header::{LOCATION, SET_COOKIE, USER_AGENT};
use http::{HeaderMap, HeaderValue, StatusCode};
use menshen_store::{Door, LoginAttempt, StoreError};
use wecom_sdk::{EntropyError, InvalidRedirectUri, Lang, LoginState};

use super::LoginRoom;
use super::crossing::{self, Crosser};
use super::door::Browser;
use super::way::Way;
use crate::connector::Connector;
use crate::door::pages::{self, DoorChoice, Notice};
use crate::door::{Context, Failure, codes};
use crate::session::cookie::{self, ATTEMPT_SECONDS};
use crate::vault::sha256;
use parameters::{Parameters, Wish};

/// Why no login was started.
#[derive(Debug, thiserror::Error)]
pub(super) enum StartError {
    #[error("not a page load")]
    NotANavigation,
    #[error("the parameter {0} is repeated, or is no text")]
    Unusable(&'static str),
    #[error("the door is none of auto, in_app, scan, link")]
    UnknownDoor,
    #[error("there is no such connector")]
    UnknownConnector,
    #[error("too many logins are begun; there is room in {0} s")]
    TooMany(u32),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    #[error("the callback address cannot be a redirect_uri: {0}")]
    Link(#[from] InvalidRedirectUri),
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::NotANavigation => Self::new(codes::UNAUTHENTICATED),
            StartError::Unusable(_) | StartError::UnknownDoor => {
                Self::new(codes::BAD_REQUEST).with_detail(error.to_string())
            }
            StartError::UnknownConnector => Self::new(codes::LOGIN_UNKNOWN_CONNECTOR),
            StartError::TooMany(seconds) => {
                Self::new(codes::LOGIN_TOO_MANY).with_retry_after(seconds)
            }
            StartError::Store(error) => error.into(),
            StartError::Entropy(error) => error.into(),
            StartError::Link(_) => Self::new(codes::INTERNAL).with_detail(error.to_string()),
        }
    }
}

/// The handler.
pub(super) async fn start(
    State(room): State<LoginRoom>,
    context: Context,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    // Security: an image, a frame or a script on another site must not start a login.
    if !context.is_navigation {
        return Err(StartError::NotANavigation.into());
    }
    let parameters = parameters::read(&room, query.as_deref())?;
    if let Some(crossed) = cross(&room, &context, &headers, &parameters).await? {
        return Ok(crossed);
    }
    if is_signed_out(&room, &context, &headers, &parameters) {
        return Ok(ask_first(&room, &context, &parameters));
    }
    let connector = match &parameters.connector {
        Some(id) => Some(
            room.0
                .connectors
                .get(id)
                .ok_or(StartError::UnknownConnector)?,
        ),
        None => room.0.connectors.single(),
    };
    let browser = Browser::from_user_agent(user_agent(&headers));
    let Some(connector) = connector else {
        return Ok(choose(&room, &context, browser, &parameters));
    };
    match step(parameters.wish, browser, context.is_from_own_page) {
        Step::Go(door) => {
            let to = Destination {
                connector,
                door,
                parameters: &parameters,
            };
            Ok(go(&room, &context, &headers, &to).await?)
        }
        Step::Choose => Ok(choose(&room, &context, browser, &parameters)),
        Step::OpenInWecom => {
            let way = again(Some(connector.id()), &parameters, None);
            let address = format!("{}{}", room.0.public_url.origin(), way.address());
            Ok(room
                .0
                .pages
                .open_in_wecom(&context.page(), &address)
                .into_response())
        }
    }
}

/// Where a browser is about to be sent.
struct Destination<'a> {
    connector: &'a Connector,
    door: Door,
    parameters: &'a Parameters,
}

/// Whoever is signed in here already, by the right connector, goes straight on to the site that asks.
async fn cross(
    room: &LoginRoom,
    context: &Context,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Option<Response>, Failure> {
    if parameters.browser.is_none() || parameters.return_to.elsewhere().is_none() {
        return Ok(None);
    }
    let Some(loaded) = room.0.sessions.load(headers, room.0.clock.now()).await? else {
        return Ok(None);
    };
    let wanted = parameters.connector.as_ref();
    if wanted.is_some_and(|wanted| *wanted != loaded.session.connector_id) {
        return Ok(None);
    }
    // Security: each ticket costs a row.
    room.0
        .rate
        .take(context.caller)
        .map_err(StartError::TooMany)?;
    let crosser = Crosser {
        session: &loaded.session.id_digest,
        connector_id: &loaded.session.connector_id,
        browser: parameters.browser.as_ref(),
    };
    let address = crossing::address(room, crosser, &parameters.return_to).await?;
    Ok(address.map(|address| {
        let to = AppendHeaders([(LOCATION, address)]);
        (StatusCode::SEE_OTHER, to).into_response()
    }))
}

/// Whether this browser's person signed out and has not asked to come back: inside WeCom a login is silent
/// and would undo it (S-159).
fn is_signed_out(
    room: &LoginRoom,
    context: &Context,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> bool {
    let name = room.0.sessions.cookies.signed_out_name();
    let has_signed_out = cookie::find(headers, &name) != cookie::Found::None;
    has_signed_out && (parameters.is_sent || !context.is_from_own_page)
}

/// The page that waits for a click.
fn ask_first(room: &LoginRoom, context: &Context, parameters: &Parameters) -> Response {
    let way_on = again(parameters.connector.as_deref(), parameters, None).address();
    let pages = &room.0.pages;
    let page = pages.notice(&context.page(), Notice::SignedOut, Some(&way_on));
    page.into_response()
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Go(Door),
    Choose,
    OpenInWecom,
}

fn step(wish: Wish, browser: Browser, is_from_own_page: bool) -> Step {
    match wish {
        Wish::InApp => Step::Go(Door::InApp),
        Wish::Link => Step::OpenInWecom,
        Wish::Auto if browser.opens_in_app_link() => Step::Go(Door::InApp),
        Wish::Auto if browser == Browser::Phone => Step::OpenInWecom,
        // WeCom's web login looks at the Referer (-31033): a page of ours has to come first.
        Wish::Scan if is_from_own_page => Step::Go(Door::Scan),
        Wish::Auto | Wish::Scan => Step::Choose,
    }
}

fn choose(
    room: &LoginRoom,
    context: &Context,
    browser: Browser,
    parameters: &Parameters,
) -> Response {
    // WeCom's web login is for desktops; everywhere else the connector is chosen and `auto` goes on.
    let is_scan = matches!(browser, Browser::Desktop | Browser::Unknown);
    let first = is_scan.then_some("scan");
    let links: Vec<_> = room
        .0
        .connectors
        .iter()
        .map(|connector| {
            let to = |door| again(Some(connector.id()), parameters, door).address();
            (connector.label(), to(first), to(Some("link")))
        })
        .collect();
    let choices: Vec<_> = links
        .iter()
        .map(|(label, first, open)| DoorChoice {
            label,
            first,
            is_scan,
            open: (!browser.opens_in_app_link()).then_some(open),
        })
        .collect();
    let page = room.0.pages.choose_door(&context.page(), &choices);
    page.into_response()
}

async fn go(
    room: &LoginRoom,
    context: &Context,
    headers: &HeaderMap,
    to: &Destination<'_>,
) -> Result<Response, StartError> {
    // Security: each login that is begun costs a row and may cost WeCom a call; pages cost neither.
    room.0
        .rate
        .take(context.caller)
        .map_err(StartError::TooMany)?;
    let now = room.0.clock.now();
    let state = LoginState::draw(&room.0.entropy)?;
    let binding = room.0.entropy.url_safe(43)?;
    let state_digest = sha256(state.as_str().as_bytes());
    let lang = match context.lang {
        pages::Lang::Zh => Lang::Zh,
        pages::Lang::En => Lang::En,
    };
    let address = to.connector.address(to.door, &state, lang)?;
    let config = to.connector.config();
    let attempt = LoginAttempt {
        state_digest,
        browser_digest: sha256(binding.as_bytes()),
        connector_id: config.id.clone(),
        corp_id: config.corp_id.clone(),
        agent_id: config.agent_id,
        door: to.door,
        return_to: to.parameters.return_to.as_str().to_owned(),
        site_browser_digest: to.parameters.browser,
        created_at: now,
        expires_at: now.plus(Duration::from_secs(ATTEMPT_SECONDS)),
    };
    room.0.store.insert_login_attempt(&attempt).await?;
    let cookies = room.0.sessions.cookies;
    let name = cookies.attempt_name(&state_digest.prefix());
    let mut set = vec![(
        SET_COOKIE,
        cookies.set(&name, &binding, Some(ATTEMPT_SECONDS)),
    )];
    let evicted = cookies.evicted(headers);
    set.extend(evicted.iter().map(|name| (SET_COOKIE, cookies.clear(name))));
    let location = AppendHeaders([(LOCATION, String::from(address))]);
    Ok((StatusCode::FOUND, location, AppendHeaders(set)).into_response())
}

/// The same login through another door, or at last with a click.
fn again<'a>(
    connector: Option<&'a str>,
    parameters: &'a Parameters,
    door: Option<&'a str>,
) -> Way<'a> {
    Way {
        connector,
        return_to: parameters.return_to.as_str(),
        browser: parameters.browser.as_ref(),
        door,
    }
}

fn user_agent(headers: &HeaderMap) -> &str {
    let agent = headers.get(USER_AGENT).map(HeaderValue::to_str);
    agent.and_then(Result::ok).unwrap_or_default()
}
