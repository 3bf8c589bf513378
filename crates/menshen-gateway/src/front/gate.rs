//! What is judged for every request: a proxied site, and the question that another proxy asks.
//!
//! In: a request for a site with an upstream, or for `/_menshen/check`. Out: the upstream's answer, or ours.
//! The router and its layers would cost a sixth of the throughput, so this stands before them. It wires the
//! judgement to the proxy and decides nothing by itself.

use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;

use axum::response::{IntoResponse as _, Response};
use http::request::Parts as Head;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Request, Uri};
use tracing::Instrument as _;
use wecom_sdk::Clock;

use super::authority;
use super::body::FrontBody;
use crate::access::rules::Verdict;
use crate::door::visit::Visit;
use crate::door::{Door, Failure, codes};
use crate::forward_auth::ForwardAuth;
use crate::judgement::signed_out::Unsigned;
use crate::judgement::site::Site;
use crate::judgement::{Asked, Judge, Judgement};
use crate::listen::{Received, Source};
use crate::panics::{Panicked, caught};
use crate::proxy::{Asker, Facts, Passage, Proxy, Question};

/// How a judged request is logged.
const CHECK: &str = "/_menshen/check";
/// The one path that is ours on a site's host.
const OURS: &str = "/_menshen";
/// Ownership files, on the gateway's own host.
const OWNERSHIP: &str = "/WW_verify_";

/// What is judged here.
#[derive(Clone, Debug)]
pub(crate) struct Gate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    door: Door,
    clock: Arc<dyn Clock>,
    judge: Judge,
    forward_auth: ForwardAuth,
    proxy: Proxy,
    scheme: &'static str,
}

/// Who answers a request.
pub(super) enum Way {
    /// A proxy asks.
    Check,
    /// A site behind us.
    Site(Arc<Site>),
    /// The router.
    Rooms,
}

/// What is known of a request without waiting.
pub(super) enum First {
    /// Its answer.
    Answer(http::Response<FrontBody>),
    /// Who answers it.
    Way(Way),
}

/// Why a request for a site is not handed on: an answer of ours, for the door to finish.
type Instead = Response;

impl Gate {
    pub(crate) fn new(
        (door, clock): (Door, Arc<dyn Clock>),
        (judge, forward_auth, proxy): (Judge, ForwardAuth, Proxy),
        is_secure: bool,
    ) -> Self {
        Self(Arc::new(Inner {
            door,
            clock,
            judge,
            forward_auth,
            proxy,
            scheme: if is_secure { "https" } else { "http" },
        }))
    }

    /// Looks after the upstreams until the gateway stops.
    pub(super) fn start(&self) {
        self.0.proxy.start();
    }

    /// Settles who is asked for, and answers what can be answered at once.
    pub(super) fn at_once(&self, head: &mut Head, peer: IpAddr) -> First {
        if let Err(why) = authority::settle(head) {
            return First::Answer(self.refuse(head, peer, why));
        }
        match self.way(head, peer) {
            Way::Check => match self.yes_at_once(head, peer) {
                Some(yes) => First::Answer(yes),
                None => First::Way(Way::Check),
            },
            way => First::Way(way),
        }
    }

    /// Who answers.
    fn way(&self, head: &Head, peer: IpAddr) -> Way {
        let path = head.uri.path();
        if ForwardAuth::is_asked(path) {
            return Way::Check;
        }
        let inner = &*self.0;
        let is_ours = path
            .strip_prefix(OURS)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if is_ours || inner.proxy.is_idle() {
            return Way::Rooms;
        }
        let host = inner.door.host_of(head, peer);
        let site = host.and_then(|host| inner.judge.sites().find(host));
        let site = site.filter(|site| inner.proxy.serves(&site.config.host));
        match site {
            Some(site) if site.is_at_gateway && path.starts_with(OWNERSHIP) => Way::Rooms,
            Some(site) => Way::Site(Arc::clone(site)),
            None => Way::Rooms,
        }
    }

    /// Answers a contradiction that the head itself holds.
    fn refuse(&self, head: &Head, peer: IpAddr, why: &'static str) -> http::Response<FrontBody> {
        let visit = self.0.door.enter(head, peer);
        let failure = Failure::new(codes::BAD_REQUEST).with_detail(why);
        self.ours(&visit, "-", failure.into_response())
    }

    /// Answers a proxy's question for which there is no answer at once.
    pub(super) async fn check(&self, head: Head, peer: IpAddr) -> http::Response<FrontBody> {
        let inner = &*self.0;
        let mut visit = inner.door.enter(&head, peer);
        let answer = match visit.check(&head) {
            Ok(()) => {
                let checking = inner.forward_auth.check(&head, peer);
                let checking = pin!(checking.instrument(visit.span().clone()));
                match caught(checking).await {
                    Ok(answer) => answer,
                    Err(panicked) => self.after(panicked),
                }
            }
            Err(failure) => failure.for_programs().into_response(),
        };
        let answer = inner.door.leave_proxy(&visit, CHECK, answer);
        answer.map(FrontBody::Room)
    }

    /// The usual answer to a proxy, without the steps that only another answer needs.
    fn yes_at_once(&self, head: &Head, peer: IpAddr) -> Option<http::Response<FrontBody>> {
        let Inner {
            door, forward_auth, ..
        } = &*self.0;
        let glance = door.glance(head, peer)?;
        let mut headers = forward_auth.yes_at_once(head, peer)?;
        door.let_pass(glance, &head.method, CHECK, &mut headers);
        let mut answer = http::Response::new(FrontBody::Nothing);
        *answer.headers_mut() = headers;
        Some(answer)
    }

    /// Judges a request for a site, and hands it on if it may pass.
    pub(super) async fn pass(
        &self,
        request: Request<Received>,
        source: Source,
        site: &Arc<Site>,
    ) -> http::Response<FrontBody> {
        let inner = &*self.0;
        let (head, body) = request.into_parts();
        let mut visit = inner.door.enter(&head, source.peer.ip());
        let judged = self.judge_at_once(&visit, &head, site);
        let passing = async {
            let judged = if let Some(judged) = judged {
                judged
            } else {
                let span = visit.span().clone();
                let judging = self.judge(&mut visit, &head, site);
                // Boxed: it is large and rare.
                Box::pin(judging.instrument(span)).await?
            };
            self.forward((&visit, source), Request::from_parts(head, body), judged)
                .await
        };
        let passed = match caught(pin!(passing)).await {
            Ok(passed) => passed,
            Err(panicked) => Err(self.after(panicked)),
        };
        match passed {
            Ok(answer) => {
                let status = answer.status().as_u16();
                inner.door.hand_on(&visit, &site.config.host, status);
                answer
            }
            Err(instead) => self.ours(&visit, &site.config.host, instead),
        }
    }

    /// The judgement, if it is a yes.
    async fn judge(
        &self,
        visit: &mut Visit,
        head: &Head,
        site: &Arc<Site>,
    ) -> Result<Judgement, Instead> {
        visit.check(head).map_err(Failure::into_response)?;
        let inner = &*self.0;
        let judging = inner
            .judge
            .judge(site, asked(head), inner.clock.now())
            .await;
        let judgement = judging.map_err(|error| Failure::from(error).into_response())?;
        match judgement.verdict {
            Verdict::Public | Verdict::Allow => Ok(judgement),
            Verdict::Refuse => Err(judgement.refused().into_response()),
            Verdict::SignIn => {
                let target = head.uri.path_and_query();
                let unsigned = Unsigned {
                    method: &head.method,
                    target: target.map_or("/", PathAndQuery::as_str),
                    headers: &head.headers,
                };
                Err(inner.judge.signed_out(&judgement.site, unsigned))
            }
        }
    }

    /// The same where it is a yes for which nothing has to be asked or logged.
    fn judge_at_once(&self, visit: &Visit, head: &Head, site: &Arc<Site>) -> Option<Judgement> {
        let Inner { judge, clock, .. } = &*self.0;
        if !visit.is_fine(head) {
            return None;
        }
        let judgement = judge.judge_at_once(site, asked(head), clock.now())?;
        matches!(judgement.verdict, Verdict::Public | Verdict::Allow).then_some(judgement)
    }

    async fn forward(
        &self,
        (visit, source): (&Visit, Source),
        request: Request<Received>,
        judgement: Judgement,
    ) -> Result<http::Response<FrontBody>, Instead> {
        let inner = &*self.0;
        let host = HeaderValue::from_str(visit.context.host.as_deref().unwrap_or_default());
        let request_id = HeaderValue::from_str(&visit.context.request_id);
        let (Ok(host), Ok(request_id)) = (host, request_id) else {
            return Err(Failure::new(codes::BAD_REQUEST).into_response());
        };
        let facts = Facts {
            caller: visit.context.caller,
            host,
            scheme: inner.scheme,
            request_id,
        };
        let headers = &judgement.site.headers;
        let values = judgement.who.as_ref().map(|who| &who.values);
        let assertion = inner.judge.assertion(&judgement, inner.clock.now());
        let write = |to: &mut HeaderMap| headers.write(values, assertion.clone(), to);
        let is_managed = |name: &str| headers.is_managed(name);
        let passage = Passage {
            site: &judgement.site.config.host,
            facts,
            is_managed: &is_managed,
            write: &write,
            asker: self.asker(&judgement),
            worker: source.worker,
        };
        // Where a person can try again; what was not a page load has no use for it.
        let is_page = visit.context.is_navigation && request.method() == Method::GET;
        let again = is_page.then(|| request.uri().clone());
        let forwarding = inner.proxy.forward(request, passage);
        match forwarding.await {
            Ok(answer) => Ok(answer.map(|body| {
                body.map_or(FrontBody::Nothing, |body| {
                    FrontBody::Upstream(Box::new(body))
                })
            })),
            Err(error) => {
                let failure = Failure::from(error);
                let again = again.as_ref().and_then(Uri::path_and_query);
                Err(match again {
                    Some(target) => failure.with_way_on(target.as_str()),
                    None => failure,
                }
                .into_response())
            }
        }
    }

    /// How to ask after what a request rests on. A public path does not depend on anybody.
    fn asker(&self, judgement: &Judgement) -> Option<Asker> {
        let stay = judgement.stay()?;
        let gate = self.clone();
        Some(Asker::new(move |question| {
            let (gate, stay) = (gate.clone(), stay.clone());
            async move {
                let Inner { judge, clock, .. } = &*gate.0;
                match question {
                    Question::Lives => judge.holds(&stay, clock.now()).await,
                    Question::Ends => {
                        judge.ended(&stay).await;
                        false
                    }
                }
            }
        }))
    }

    /// What a panic is answered with.
    fn after(&self, panicked: Panicked) -> Instead {
        self.0.door.after_panic(panicked.0).into_response()
    }

    fn ours(&self, visit: &Visit, route: &str, answer: Response) -> http::Response<FrontBody> {
        let answer = self.0.door.leave(visit, route, answer);
        answer.map(FrontBody::Room)
    }
}

fn asked(head: &Head) -> Asked<'_> {
    Asked {
        method: head.method.as_str(),
        path: head.uri.path(),
        headers: &head.headers,
    }
}
