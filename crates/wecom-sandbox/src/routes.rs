//! Every path of the sandbox, and the router made of them.
//!
//! In: the tables of the rooms. Out: one router, and the list of paths. A path that nobody serves
//! is 404 with an empty body, as at WeCom (dossier 2). Steps of pages are written into the journal
//! here; calls write their own entries.

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::{Redirect, Response};
use axum::routing::any;
use tower_http::catch_panic::CatchPanicLayer;

use crate::journal::PageStep;
use crate::room::{Place, Room, Rule};
use crate::{authorize, cgi_bin, console, control, hosts};

/// Every path that the sandbox serves.
#[must_use]
pub fn paths() -> Vec<&'static str> {
    let tables = [
        cgi_bin::places(),
        authorize::places(),
        console::places(),
        control::places(),
    ];
    let places = tables.iter().flatten();
    places.map(|place| place.path).collect()
}

/// `is_near`: the sandbox listens on loopback.
pub(crate) fn router(room: Room, is_near: bool) -> Router {
    let pages = table(authorize::places());
    let pages = pages.route_layer(from_fn_with_state(room.clone(), note_page));
    let mut commands = table(console::places()).merge(table(control::places()));
    if is_near {
        commands = commands.route_layer(from_fn(control::host::check));
    }
    pages
        .merge(table(cgi_bin::places()))
        .merge(commands)
        // People type the address without the slash.
        .route("/_sandbox", any(async || Redirect::permanent("/_sandbox/")))
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(from_fn(hosts::check))
        .layer(map_response(async |mut response: Response| {
            let nginx = HeaderValue::from_static("nginx");
            response.headers_mut().insert(header::SERVER, nginx);
            response
        }))
        .layer(CatchPanicLayer::new())
        .with_state(room)
}

fn table(places: Vec<Place>) -> Router<Room> {
    let add = |router: Router<Room>, place: Place| router.route(place.path, place.answers);
    places.into_iter().fold(Router::new(), add)
}

/// Writes down what a page did, under the path's pattern: a key in a path is a secret.
async fn note_page(
    State(room): State<Room>,
    path: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let response = next.run(request).await;
    // A page that only asks again, or shows what is known, decides nothing.
    let Some(Rule(rule)) = response.extensions().get::<Rule>() else {
        return response;
    };
    let location = response.headers().get(header::LOCATION);
    let step = PageStep {
        method: method.as_str(),
        path: path.as_str(),
        query: uri.query().unwrap_or_default(),
        status: response.status().as_u16(),
        location: location.and_then(|location| location.to_str().ok()),
        rule,
    };
    room.journal.note_page(room.world.now(), step);
    response
}
