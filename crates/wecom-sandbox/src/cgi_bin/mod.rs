//! WeCom's API: the folders spell the URL.
//!
//! In: HTTP requests under `/cgi-bin/`. Out: HTTP 200 with an errcode for success and for every
//! refusal, as in life (dossier 2). Each call is one row of [`API`] and one file; what stands before
//! every call (token, address, frequency, kind of token) is done once, in `handle`. It never shows
//! a page.

mod agent;
mod answer;
mod auth;
mod call;
pub(crate) mod crowd;
mod department;
mod get_api_domain_ip;
mod get_jsapi_ticket;
mod getcallbackip;
mod gettoken;
mod handle;
mod tag;
mod ticket;
mod user;
mod view;

use axum::extract::{Request, State};
use axum::routing::any;

use self::call::{Api, Run};
use crate::room::{Place, Room};
use crate::world::Allowed::{Agents, AgentsAndOldContactSync, Both, ContactSync, Exchange};

/// Every call, in the order of the dossier.
static API: &[Api] = &[
    Api::new("/cgi-bin/gettoken", Run::Open(gettoken::answer)).drawing(128),
    Api::new(
        "/cgi-bin/get_api_domain_ip",
        Run::Token(Both, get_api_domain_ip::answer),
    )
    .with_empties(&["ip_list"]),
    Api::new(
        "/cgi-bin/auth/getuserinfo",
        Run::Token(Exchange, auth::getuserinfo::answer),
    )
    .drawing(43)
    .counted_by_itself(),
    Api::new(
        "/cgi-bin/user/getuserinfo",
        Run::Token(Exchange, user::getuserinfo::answer),
    )
    .drawing(43)
    .counted_by_itself()
    .legacy(),
    Api::new(
        "/cgi-bin/auth/getuserdetail",
        Run::Token(Agents, auth::getuserdetail::answer),
    ),
    Api::new(
        "/cgi-bin/user/getuserdetail",
        Run::Token(Agents, user::getuserdetail::answer),
    )
    .legacy(),
    Api::new(
        "/cgi-bin/user/get",
        Run::Token(AgentsAndOldContactSync, user::get::answer),
    )
    .with_empties(&["department", "order", "is_leader_in_dept", "direct_leader"])
    .with_bare_token_error(),
    Api::new(
        "/cgi-bin/user/simplelist",
        Run::Token(AgentsAndOldContactSync, user::simplelist::answer),
    ),
    Api::new(
        "/cgi-bin/user/list",
        Run::Token(AgentsAndOldContactSync, user::list::answer),
    ),
    Api::new(
        "/cgi-bin/user/list_id",
        Run::Token(ContactSync, user::list_id::answer),
    )
    .with_empties(&["dept_user"]),
    Api::new(
        "/cgi-bin/department/simplelist",
        Run::Token(Both, department::simplelist::answer),
    )
    .with_empties(&["department_id"]),
    Api::new(
        "/cgi-bin/department/list",
        Run::Token(AgentsAndOldContactSync, department::list::answer),
    ),
    Api::new(
        "/cgi-bin/department/get",
        Run::Token(AgentsAndOldContactSync, department::get::answer),
    ),
    Api::new("/cgi-bin/tag/list", Run::Token(Both, tag::list::answer)),
    Api::new("/cgi-bin/tag/get", Run::Token(Both, tag::get::answer)),
    Api::new("/cgi-bin/agent/get", Run::Token(Agents, agent::get::answer)),
    Api::new(
        "/cgi-bin/auth/get_tfa_info",
        Run::Token(Both, auth::get_tfa_info::answer),
    )
    .drawing(43)
    .few_at_once(),
    Api::new(
        "/cgi-bin/user/authsucc",
        Run::Token(Both, user::authsucc::answer),
    ),
    Api::new(
        "/cgi-bin/user/tfa_succ",
        Run::Token(Both, user::tfa_succ::answer),
    )
    .few_at_once(),
    Api::new(
        "/cgi-bin/get_jsapi_ticket",
        Run::Token(Agents, get_jsapi_ticket::answer),
    )
    .drawing(86),
    Api::new(
        "/cgi-bin/ticket/get",
        Run::Token(Agents, ticket::get::answer),
    )
    .drawing(86),
    Api::new(
        "/cgi-bin/getcallbackip",
        Run::Token(Both, getcallbackip::answer),
    )
    .with_empties(&["ip_list"]),
];

/// Whether a path is a call of the API.
pub(crate) fn serves(path: &str) -> bool {
    API.iter().any(|api| api.path == path)
}

/// The path of every call.
pub(crate) fn paths() -> impl Iterator<Item = &'static str> {
    API.iter().map(|api| api.path)
}

pub(crate) fn places() -> Vec<Place> {
    let places = API.iter().map(|api| {
        let answers = any(async move |State(room): State<Room>, request: Request| {
            handle::handle(&room, api, request).await
        });
        Place::new(api.path, answers)
    });
    places.collect()
}
