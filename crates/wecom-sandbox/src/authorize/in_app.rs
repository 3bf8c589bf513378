//! `GET /connect/oauth2/authorize`: the door inside the WeCom client (dossier 4, flow 15.2).
//!
//! In: the link, opened by a browser. Out: a redirect to the application with a code, at once or
//! after the consent page; or a page that says no. A browser that has not said who it is chooses
//! first: WeCom itself always knows who holds the phone.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use super::{broken, consent, refusals, two_step};
use crate::hosts::{Host, Origin};
use crate::page::refusal::Way;
use crate::page::{browser, choose_person, decided, found, people};
use crate::world::{AuthorizeQuery, AuthorizeRefusal, AuthorizeStep, World};

pub(super) async fn handle(
    State(world): State<World>,
    origin: Origin,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let query = AuthorizeQuery::parse(uri.query().unwrap_or_default());
    let is_client = browser::is_client(&headers);
    let link = match world.read(|state, _| state.check_authorize(&query, is_client)) {
        Ok(link) => link,
        Err(refusal) => return refuse(&world, (&origin, &headers), &query, &refusal),
    };
    let person = world.read(|state, _| people::of_browser(state, &link.corp_id, &headers));
    let Some(person) = person else {
        return choose_person::page(&world, &link.corp_id, &uri);
    };
    let as_another = || {
        let here = uri.path_and_query().map(ToString::to_string);
        here.map(|here| Way::as_another(link.corp_id.as_str(), &here))
    };
    match world.read(|state, now| state.next_step(now, &link, &person)) {
        AuthorizeStep::Silent(scope) => match world.authorize(&link, &person, scope) {
            Ok(location) => decided(found(&location), "authorize.code (15.2 step 6)"),
            Err(_) => broken(),
        },
        AuthorizeStep::AskConsent(_) => consent::open(&world, &link, &person),
        AuthorizeStep::NotVisible => {
            let agent_id = link.agent_id.map(|id| id.to_string()).unwrap_or_default();
            let refusal = refusals::not_visible(&person, &agent_id);
            refusal.with_way(as_another()).page()
        }
        AuthorizeStep::MustVerify => two_step::page(&world, &link.corp_id, &person),
        AuthorizeStep::CannotSignIn(status) => {
            let refusal = refusals::cannot_sign_in(&person, status);
            refusal.with_way(as_another()).page()
        }
    }
}

/// Faults of the address and of the agent share one page, as reports have it (dossier 4.5).
fn refuse(
    world: &World,
    (origin, headers): (&Origin, &HeaderMap),
    query: &AuthorizeQuery,
    refusal: &AuthorizeRefusal,
) -> Response {
    let uri = match refusal {
        AuthorizeRefusal::RedirectUri => query.redirect_uri.as_deref(),
        AuthorizeRefusal::Domain { uri } => Some(uri.as_str()),
        _ => {
            let page = world.read(|state, _| refusals::of_link(state, query, refusal));
            return page.with_way(Way::back(headers)).page();
        }
    };
    let mut target = form_urlencoded::Serializer::new(String::new());
    target.append_pair("err_type", "domain_err");
    if let Some(uri) = uri {
        target.append_pair("uri", uri);
    }
    let target = format!("/wwopen/uriconfirm?{}", target.finish());
    let page = found(&origin.link(Host::OpenWork, &target));
    decided(page, refusal.rule())
}
