// Signs a member of a WeCom corp in. Node.js 18 or newer, nothing from npm.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const { WECOM_SANDBOX, PORT = '8080' } = process.env; // http://127.0.0.1:7700; absent: the real WeCom
const CORP = process.env.WECOM_CORP_ID ?? 'ww5f1e2d3c4b5a6978';
const AGENT = process.env.WECOM_AGENT_ID ?? '1000002';
const SECRET = process.env.WECOM_SECRET ?? 'sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA';
const OPEN = WECOM_SANDBOX ?? 'https://open.weixin.qq.com';
const LOGIN = WECOM_SANDBOX ?? 'https://login.work.weixin.qq.com';
const API = WECOM_SANDBOX ?? 'https://qyapi.weixin.qq.com';
const members = new Map();
let token = { value: '', until: 0 };

async function call(path, query) {
  const answer = await fetch(`${API}/cgi-bin/${path}?${new URLSearchParams(query)}`, { signal: AbortSignal.timeout(10_000) });
  return answer.json();
}

async function accessToken() {
  if (token.until < Date.now()) {
    const { errcode, access_token: value, expires_in: seconds } = await call('gettoken', { corpid: CORP, corpsecret: SECRET });
    if (errcode) throw new Error(`no token: errcode ${errcode}`); // 40001, 40013: a wrong secret or corp id
    token = { value, until: Date.now() + (seconds - 300) * 1000 };
  }
  return token.value;
}

async function memberOf(code) {
  let who = await call('auth/getuserinfo', { access_token: await accessToken(), code });
  if ([40014, 42001].includes(who.errcode)) { // ended early: one new token, one more try
    token.until = 0;
    who = await call('auth/getuserinfo', { access_token: await accessToken(), code });
  }
  // errcode 0 and no userid: an outsider
  if (who.errcode || !who.userid) throw new Error(`not a member: errcode ${who.errcode}`);
  const member = await call('user/get', { access_token: await accessToken(), userid: who.userid });
  if (member.errcode) throw new Error(`the member cannot be read: errcode ${member.errcode}`);
  return member;
}

async function site(request, answer) {
  const url = new URL(request.url, `http://127.0.0.1:${PORT}`);
  const cookies = new URLSearchParams((request.headers.cookie ?? '').replaceAll('; ', '&'));
  const go = (where, cookie) => answer.writeHead(302, { Location: where, 'Set-Cookie': `${cookie}; Path=/; HttpOnly; SameSite=Lax` }).end();
  const page = (status, text) => answer.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' }).end(`<!doctype html><p>${text}</p>`);
  const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  if (url.pathname === '/login') {
    const state = randomBytes(16).toString('hex');
    const link = { appid: CORP, agentid: AGENT, redirect_uri: `${url.origin}/callback`, state };
    const isWeCom = (request.headers['user-agent'] ?? '').includes('wxwork');
    const inWeCom = new URLSearchParams({ ...link, response_type: 'code', scope: 'snsapi_base' });
    const elsewhere = new URLSearchParams({ ...link, login_type: 'CorpApp' });
    return go(isWeCom ? `${OPEN}/connect/oauth2/authorize?${inWeCom}#wechat_redirect` : `${LOGIN}/wwlogin/sso/login?${elsewhere}`, `state=${state}`);
  }
  if (url.pathname === '/callback') {
    const state = url.searchParams.get('state');
    if (!state || state !== cookies.get('state')) return page(403, 'This sign-in did not begin in this browser.');
    if (!url.searchParams.has('code')) return page(403, 'Refused at WeCom.');
    try {
      const member = await memberOf(url.searchParams.get('code'));
      const session = randomBytes(32).toString('hex');
      members.set(session, member);
      return go('/', `session=${session}`);
    } catch (error) {
      return page(403, escape(error.message));
    }
  }
  const member = members.get(cookies.get('session'));
  page(200, member ? escape(`Signed in: ${member.name} (${member.userid})`) : '<a href="/login">Sign in with WeCom</a>');
}

createServer(site).listen(Number(PORT), '127.0.0.1');
