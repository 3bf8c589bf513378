//! The directory changes while somebody is signed in, and every way to the sites follows within the re-check:
//! the check that other proxies ask, our own proxy, a site on another host, and what stays open.

use std::time::Duration;

use e2e::outside::{Client, Upstream};
use e2e::stage::{HOST, Stage};
use tokio::io::{AsyncReadExt as _, BufReader};
use tokio::net::TcpStream;
use url::Url;
use wecom_sandbox::world::{Corp, MemberStatus};
use wecom_sdk::{AgentId, DepartmentId, UserId};

const WIKI: &str = "wiki.corp.example";
/// `session.recheck`, as it is without configuration.
const RECHECK: Duration = Duration::from_mins(5);
/// The last frame of a WebSocket that the person could not open any more.
const NOT_ALLOWED: [u8; 4] = [0x88, 2, 0x03, 0xf0];

/// On the gateway's own host a folder of department 2 and one of tag 1; on another a site of department 2.
const SITES: &str = r#"
[[site]]
host = "login.corp.example"
upstream = "http://UPSTREAM"

[[site.rule]]
path = "/lab/*"
allow = ["department:2"]

[[site.rule]]
path = "/duty/*"
allow = ["tag:1"]

[[site]]
host = "wiki.corp.example"
upstream = "http://UPSTREAM"
allow = ["department:2"]
"#;

/// 张三, of departments 2 and 4, with tag 1: signed in at the gateway and at the wiki.
struct Office {
    stage: Stage,
    upstream: Upstream,
    own: String,
    wiki: String,
}

/// What the ways answer: `/lab/`, `/duty/` and `/` on the gateway's host, each as the check says and as our own
/// proxy does; then the wiki.
type Answers = [u16; 4];

const ALL: Answers = [200, 200, 200, 200];
const NOBODY: Answers = [401, 401, 401, 401];

impl Office {
    async fn open() -> Self {
        let upstream = Upstream::start().await;
        let sites = SITES.replace("UPSTREAM", &upstream.address.to_string());
        let stage = Stage::with(|setup| {
            setup
                .top
                .push("trusted_proxies = [\"127.0.0.1\"]".to_owned());
            setup.sites.push(sites);
        })
        .await;
        let net = stage.net_to(0);
        let wiki = Url::parse(&format!("https://{WIKI}/")).unwrap();
        net.lead(&wiki, "wiki", stage.node().address);
        let mut browser = stage.signed_in("zhangsan").await.on(net);
        browser.visit(wiki.as_str()).await;
        let trail = browser.take_trail();
        assert_eq!(browser.page().url, wiki, "{trail}");
        let cookie = |url: &str| {
            let session = browser.cookie(url, "menshen_session").expect("no session");
            format!("Cookie: __Host-menshen_session={session}\r\n")
        };
        let (own, wiki) = (cookie(&stage.address("/")), cookie(wiki.as_str()));
        assert_ne!(own, wiki, "each host has its own");
        upstream.take();
        Self {
            stage,
            upstream,
            own,
            wiki,
        }
    }

    /// One place, asked both ways, which must agree.
    async fn at(&self, host: &str, path: &str, cookie: &str) -> u16 {
        let mut client = Client::to(self.stage.node().address);
        let line = format!("GET {path}");
        let proxied = client
            .ask(&line, &format!("Host: {host}\r\n{cookie}"))
            .await;
        let question = format!(
            "Host: {HOST}\r\nX-Forwarded-Host: {host}\r\nX-Forwarded-Method: GET\r\n\
             X-Forwarded-Uri: {path}\r\n{cookie}"
        );
        let checked = client.ask("GET /_menshen/check", &question).await;
        assert_eq!(proxied.status(), checked.status(), "{host}{path}");
        let hits = self.upstream.take().len();
        assert_eq!(hits, usize::from(proxied.status() == 200), "{host}{path}");
        proxied.status()
    }

    async fn answers(&self) -> Answers {
        [
            self.at(HOST, "/lab/x", &self.own).await,
            self.at(HOST, "/duty/x", &self.own).await,
            self.at(HOST, "/", &self.own).await,
            self.at(WIKI, "/", &self.wiki).await,
        ]
    }

    /// A WebSocket that is open.
    async fn socket(&self, host: &str, path: &str, cookie: &str) -> BufReader<TcpStream> {
        let mut client = Client::to(self.stage.node().address);
        let head = format!(
            "Host: {host}\r\n{cookie}Connection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        );
        let answer = client.ask(&format!("GET {path}"), &head).await;
        assert_eq!(answer.status(), 101, "{answer:#?}");
        self.upstream.take();
        client.into_stream()
    }

    /// Changes the directory, waits for as long as the re-check may take, and looks everywhere.
    async fn after(self, change: impl FnOnce(&mut Corp), expected: Answers) {
        assert_eq!(self.answers().await, ALL, "before");
        let lab = self.socket(HOST, "/lab/socket", &self.own).await;
        let wiki = self.socket(WIKI, "/socket", &self.wiki).await;
        self.stage.change_corp(change);
        self.stage.clock.advance(RECHECK);
        assert_eq!(self.answers().await, expected, "within the re-check");
        // A request asks at once; what stays open asks every half minute.
        self.stage.clock.advance(Duration::from_secs(6));
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(31)).await;
        tokio::time::resume();
        for (mut socket, status) in [(lab, expected[0]), (wiki, expected[3])] {
            if status == 200 {
                continue;
            }
            let mut last = Vec::new();
            socket.read_to_end(&mut last).await.unwrap();
            assert_eq!(last, NOT_ALLOWED);
        }
        self.stage.end().await;
    }
}

fn zhangsan() -> UserId {
    UserId::parse("zhangsan").unwrap()
}

#[tokio::test]
async fn s_049_s_106_a_member_who_was_moved_loses_the_old_departments_pages() {
    let office = Office::open().await;
    let change = |corp: &mut Corp| {
        let member = corp.members.get_mut(&zhangsan()).unwrap();
        member.memberships.truncate(1);
        member.memberships[0].department = DepartmentId(3);
        member.main_department = Some(DepartmentId(3));
    };
    office.after(change, [403, 200, 200, 403]).await;
}

#[tokio::test]
async fn s_049_s_106_a_department_that_was_moved_takes_its_members_along() {
    let office = Office::open().await;
    // 平台组 lies below 研发部, and is the member's only place.
    office.stage.change_member("zhangsan", |member| {
        member.memberships.retain(|place| place.department.0 == 4);
        member.main_department = Some(DepartmentId(4));
    });
    let change = |corp: &mut Corp| {
        corp.departments.get_mut(&DepartmentId(4)).unwrap().parent = Some(DepartmentId(3));
    };
    office.after(change, [403, 200, 200, 403]).await;
}

#[tokio::test]
async fn s_049_s_106_a_tag_that_was_taken_away_is_gone() {
    let office = Office::open().await;
    let change = |corp: &mut Corp| corp.tags.change_where(|_| true, |tag| tag.members.clear());
    office.after(change, [200, 403, 200, 200]).await;
}

#[tokio::test]
async fn s_049_a_member_who_was_disabled_is_out_everywhere() {
    let office = Office::open().await;
    let change = |corp: &mut Corp| {
        corp.members.get_mut(&zhangsan()).unwrap().status = MemberStatus::Disabled;
    };
    office.after(change, NOBODY).await;
}

#[tokio::test]
async fn s_049_a_member_who_was_removed_is_out_everywhere() {
    let office = Office::open().await;
    let change = |corp: &mut Corp| assert!(corp.members.remove(&zhangsan()).is_some());
    office.after(change, NOBODY).await;
}

#[tokio::test]
async fn s_049_a_member_whom_the_agent_may_not_see_any_more_is_out_everywhere() {
    let office = Office::open().await;
    let change = |corp: &mut Corp| {
        let agent = corp.agents.get_mut(&AgentId(1_000_002)).unwrap();
        agent.visible.departments = [DepartmentId(3)].into();
    };
    office.after(change, NOBODY).await;
}
