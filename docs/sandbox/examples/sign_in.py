"""Signs a member of a WeCom corp in. Python 3.8 or newer, nothing but the standard library."""
import html, json, os, secrets, time, urllib.parse, urllib.request
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CORP = os.environ.get("WECOM_CORP_ID", "ww5f1e2d3c4b5a6978")
AGENT = os.environ.get("WECOM_AGENT_ID", "1000002")
SECRET = os.environ.get("WECOM_SECRET", "sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA")
SANDBOX = os.environ.get("WECOM_SANDBOX")  # http://127.0.0.1:7700; absent: the real WeCom
OPEN = SANDBOX or "https://open.weixin.qq.com"
LOGIN = SANDBOX or "https://login.work.weixin.qq.com"
API = SANDBOX or "https://qyapi.weixin.qq.com"
PORT = int(os.environ.get("PORT", "8080"))
CALLBACK = f"http://127.0.0.1:{PORT}/callback"
token, members = {"value": "", "until": 0.0}, {}

def call(path, **query):
    with urllib.request.urlopen(f"{API}/cgi-bin/{path}?{urllib.parse.urlencode(query)}", timeout=10) as answer:
        return json.load(answer)

def access_token():
    if token["until"] < time.time():
        answer = call("gettoken", corpid=CORP, corpsecret=SECRET)
        if answer["errcode"]:  # 40001, 40013: a wrong secret or corp id
            raise PermissionError(f"no token: errcode {answer['errcode']}")
        token.update(value=answer["access_token"], until=time.time() + answer["expires_in"] - 300)
    return token["value"]

def member_of(code):
    for last in (False, True):
        who = call("auth/getuserinfo", access_token=access_token(), code=code)
        if who["errcode"] not in (40014, 42001) or last:
            break
        token["until"] = 0.0  # ended early: one new token, one more try
    if who["errcode"] or not who.get("userid"):
        raise PermissionError(f"not a member: errcode {who['errcode']}")  # 0 and no userid: an outsider
    member = call("user/get", access_token=access_token(), userid=who["userid"])
    if member["errcode"]:
        raise PermissionError(f"the member cannot be read: errcode {member['errcode']}")
    return member["userid"], member["name"]

class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        cookies = {name: cookie.value for name, cookie in SimpleCookie(self.headers.get("Cookie", "")).items()}
        if url.path == "/login":
            state = secrets.token_hex(16)
            link = {"appid": CORP, "agentid": AGENT, "redirect_uri": CALLBACK, "state": state}
            if "wxwork" in self.headers.get("User-Agent", ""):
                link = urllib.parse.urlencode({**link, "response_type": "code", "scope": "snsapi_base"})
                return self.go(f"{OPEN}/connect/oauth2/authorize?{link}#wechat_redirect", f"state={state}")
            link = urllib.parse.urlencode({**link, "login_type": "CorpApp"})
            return self.go(f"{LOGIN}/wwlogin/sso/login?{link}", f"state={state}")
        if url.path == "/callback":
            if "state" not in query or query["state"] != cookies.get("state"):
                return self.page(403, "This sign-in did not begin in this browser.")
            if "code" not in query:
                return self.page(403, "Refused at WeCom.")
            try:
                member = member_of(query["code"])
            except PermissionError as error:
                return self.page(403, html.escape(str(error)))
            session = secrets.token_urlsafe(32)
            members[session] = member
            return self.go("/", f"session={session}")
        if cookies.get("session") in members:
            return self.page(200, html.escape("Signed in: {1} ({0})".format(*members[cookies["session"]])))
        self.page(200, '<a href="/login">Sign in with WeCom</a>')

    def go(self, where, cookie):
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Set-Cookie", f"{cookie}; Path=/; HttpOnly; SameSite=Lax")
        self.end_headers()

    def page(self, status, text):
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"<!doctype html><p>{text}</p>".encode())

ThreadingHTTPServer(("127.0.0.1", PORT), Site).serve_forever()
