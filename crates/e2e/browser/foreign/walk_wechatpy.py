"""wechatpy, unmodified, against the sandbox through TLS: one case by name. In: the case's name; the environment says
where the sandbox is. Out: an exit code, and an assertion that says what differs."""
import json
import os
import sys
import urllib.parse
import urllib.request

import requests
from wechatpy.exceptions import WeChatClientException
from wechatpy.work import WeChatClient

CORP = "ww5f1e2d3c4b5a6978"
SECRET = "sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA"
IN_WECOM = "Mozilla/5.0 (Linux; Android 15; wv) Mobile Safari/537.36 wxwork/4.1.36 MicroMessenger/7.0.1"
client = WeChatClient(CORP, SECRET, timeout=10)


def control(path, body=None):
    """The sandbox's control API, over plain HTTP."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{os.environ['SANDBOX']}/_sandbox/api/{path}", data, {"Content-Type": "application/json"})
    answer = urllib.request.urlopen(request).read()
    return json.loads(answer) if answer else None


def calls(path):
    return control("journal/counts").get(f"/cgi-bin/{path}", 0)


def code_of(person):
    """The code that a WeCom client carries back, by the link that wechatpy builds."""
    link = client.oauth.authorize_url("http://127.0.0.1:8080/callback", state="abc123")
    cookies = {"wecom_sandbox_person": urllib.parse.quote(person, safe="")}
    answer = requests.get(link, headers={"User-Agent": IN_WECOM}, cookies=cookies, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers["Location"]).query)
    assert query["state"] == ["abc123"], query
    return query["code"][0]


def token():
    assert len(client.access_token) >= 100
    assert client.access_token == client.access_token
    assert calls("gettoken") == 1, "kept by wechatpy"


def a_wrong_secret():
    try:
        WeChatClient(CORP, "wrong").fetch_access_token()
    except WeChatClientException as error:
        assert error.errcode == 40001, error
        return
    raise AssertionError("a wrong secret got a token")


def legacy_user_info():
    member = client.oauth.get_user_info(code_of("member:zhangsan"))
    assert member["UserId"] == "zhangsan" and member["DeviceId"], member
    stranger = client.oauth.get_user_info(code_of("stranger:oSandboxStranger0000000000001"))
    assert "UserId" not in stranger and stranger["OpenId"], stranger


def a_code_twice():
    code = code_of("member:zhangsan")
    client.oauth.get_user_info(code)
    try:
        client.oauth.get_user_info(code)
    except WeChatClientException as error:
        assert error.errcode == 40029, error
        return
    raise AssertionError("a code worked twice")


def member():
    lisi = client.user.get("lisi")
    assert lisi["name"] == "李四" and lisi["department"] == [3] and lisi["is_leader_in_dept"] == [1], lisi
    assert "mobile" not in lisi, "an app of today reads no personal field"


def departments():
    ids = {department["id"]: department["parentid"] for department in client.department.list()}
    assert ids == {1: 0, 2: 1, 3: 1, 4: 2}, ids
    names = {one["userid"] for one in client.department.get_users(2)}
    assert names == {"zhangsan", "WangWu", "zhaoliu"}, names


def judged(call, ticket, url):
    """What WeCom's client says of a page that wechatpy signs with this ticket."""
    signature = client.jsapi.get_jsapi_signature("n1", ticket, 1700000000, url)
    page = {"agent": 1000002, "call": call, "nonce_str": "n1", "timestamp": "1700000000", "url": url}
    return control("jssdk/check", {**page, "signature": signature})["errmsg"]


def tickets():
    page = "http://127.0.0.1:8080/page?a=b"
    corp, agent = client.jsapi.get_jsapi_ticket(), client.jsapi.get_agent_jsapi_ticket()
    assert corp != agent and client.jsapi.get_jsapi_ticket() == corp
    assert (calls("get_jsapi_ticket"), calls("ticket/get")) == (1, 1), "kept by wechatpy"
    assert judged("config", corp, page) == "ok" and judged("agent_config", agent, page) == "ok"
    assert judged("agent_config", corp, page) == "invalid signature", "the other ticket"
    assert judged("config", corp, page + "#part") == "invalid signature", "what follows # is not signed"
    assert judged("config", corp, "http://127.0.0.1:1/") == "invalid url domain"


def renewal_after_an_early_end():
    before = client.access_token
    assert control("tokens/end", {})["ended"] == 1
    assert client.user.get("lisi")["name"] == "李四"
    assert client.access_token != before
    assert calls("gettoken") == 2


def an_endless_retry_ends_with_the_fault():
    """wechatpy asks for a new token and tries again for as long as 40014 comes."""
    client.access_token
    control("script", {"path": "/cgi-bin/user/get", "errcode": 40014, "times": 20})
    assert client.user.get("lisi")["name"] == "李四", "the 21st call gets its own answer"
    assert (calls("user/get"), calls("gettoken")) == (21, 21)
    control("script", {"path": "/cgi-bin/user/get", "errcode": 40014, "times": 20})
    control("script", {"path": "/cgi-bin/user/get", "errcode": -1})
    try:
        client.user.get("lisi")
    except WeChatClientException as error:
        assert error.errcode == -1, error
        left = [fault for fault in control("script") if fault["used"] < fault["fault"]["times"]]
        assert left == [], left
        return
    raise AssertionError("the last fault was not met")


globals()[sys.argv[1]]()
