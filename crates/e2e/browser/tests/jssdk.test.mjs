// @wecom/jssdk from npm, unmodified, in a real browser: the login panel in its three redirect types, and what `config` and
// `agentConfig` hear of their signatures. The sandbox is WeCom's hosts by name; its bridge is the client's side.

import assert from 'node:assert/strict';

import { CORP, ELSEWHERE, JsSdkStage, PORTAL } from '../support/jssdk.mjs';
import { suite } from '../support/suite.mjs';
import { IN_WECOM } from '../support/visitor.mjs';

const walk = suite(() => JsSdkStage.raise());
const PANEL = {
  login_type: 'CorpApp', appid: CORP, agentid: '1000002', redirect_uri: `${PORTAL}/cb?from=panel`, state: 'a b&c',
};

const open = async (page, address) => {
  await page.goto(address);
  await page.waitForFunction(() => window.ww);
};

/** Mounts a panel as an application does; what it hears is kept in the page. */
const mount = (page, params) => page.evaluate((params) => {
  window.heard = [];
  const hear = (name) => (what) => window.heard.push([name, what]);
  window.panel = window.ww.createWWLoginPanel({
    el: '#panel', params,
    onCheckWeComLogin: hear('check'), onLoginSuccess: hear('success'), onLoginFail: hear('fail'),
  });
}, { ...PANEL, ...params });

const frame = (page) => page.frameLocator('#panel iframe');
const shown = (page) => frame(page).locator('svg.qr').waitFor();
const approve = (stage) => stage.control('POST', 'waiting/approve', { kind: 'scan', person: 'member:zhangsan' });

/** Waits until the page has heard this, and gives what came with it. */
const hears = async (page, name) => {
  const heard = await page.waitForFunction((name) => window.heard.find(([known]) => known === name), name);
  return (await heard.jsonValue())[1];
};

/** The person that a code stands for. */
const exchange = async (stage, code) => (await stage.call(`auth/getuserinfo?code=${code}`)).userid;

/** The code of an address on the application's own site, whose other parameters came back unchanged. */
const codeIn = (address) => {
  const { origin, searchParams } = new URL(address);
  assert.equal(origin, PORTAL);
  assert.deepEqual([searchParams.get('from'), searchParams.get('state')], ['panel', 'a b&c']);
  return searchParams.get('code');
};

for (const channel of ['port', 'window']) {
  walk(`callback: the page is given the code (by ${channel})`, {}, async ({ page, stage }) => {
    await stage.control('PUT', 'switches', { switches: { panel_channel: channel } });
    await open(page, `${PORTAL}/login`);
    await mount(page, { redirect_type: 'callback' });
    await shown(page);
    assert.deepEqual(await hears(page, 'check'), { isWeComLogin: false });
    await approve(stage);
    const { code } = await hears(page, 'success');
    assert.equal(await exchange(stage, code), 'zhangsan');
    assert.equal(page.url(), `${PORTAL}/login`, 'the page stays where it is');
    await stage.control('PUT', 'switches', { switches: { panel_channel: 'port' } });
  });
}

walk('self: the frame goes to the application, the page stays', {}, async ({ page, stage }) => {
  await open(page, `${PORTAL}/login`);
  await mount(page, { redirect_type: 'self' });
  await shown(page);
  await approve(stage);
  await page.waitForFunction(() => {
    // A frame of another site hides its address.
    try { return document.querySelector('#panel iframe').contentWindow.location.pathname === '/cb'; } catch { return false; }
  });
  const address = await page.evaluate(() => document.querySelector('#panel iframe').contentWindow.location.href);
  assert.equal(await exchange(stage, codeIn(address)), 'zhangsan');
  assert.equal(page.url(), `${PORTAL}/login`);
});

for (const [from, words] of [[PORTAL, 'its own site'], [ELSEWHERE, 'another site, in a sandboxed frame']]) {
  walk(`top: the whole page goes to the application, from ${words}`, {}, async ({ page, stage }) => {
    await open(page, `${from}/login`);
    await mount(page, { redirect_type: 'top' });
    await shown(page);
    const limits = await page.getAttribute('#panel iframe', 'sandbox');
    assert.equal(limits !== null, from === ELSEWHERE);
    await approve(stage);
    await page.waitForURL(`${PORTAL}/cb?**`);
    assert.equal(await exchange(stage, codeIn(page.url())), 'zhangsan');
  });
}

/** What the panel says below its QR code. */
const says = (page, words) => frame(page).locator('#status').filter({ hasText: words }).waitFor();
const chooses = async (page, button) => {
  await frame(page).locator('summary').click();
  await frame(page).locator('button', { hasText: button }).click();
};
const verdicts = (page) => page.evaluate(() => window.heard.map(([name]) => name).filter((name) => name !== 'check'));

walk('callback: a member who refuses leaves the page as it is, and may think again', {}, async ({ page, stage }) => {
  await open(page, `${PORTAL}/login`);
  await mount(page, { redirect_type: 'callback' });
  await shown(page);
  await chooses(page, 'Refuse');
  await says(page, '已取消');
  assert.deepEqual(await verdicts(page), []);
  await frame(page).locator('#again').click();
  await says(page, '请使用企业微信扫描二维码登录');
  await approve(stage);
  const { code } = await hears(page, 'success');
  assert.equal(await exchange(stage, code), 'zhangsan');
});

/** Where the panel's frame has gone on the page's own site; a frame of another site hides its address. */
const frameAddress = () => {
  try { return document.querySelector('#panel iframe').contentWindow.location.href.match(/.*\/cb.*/)?.[0]; } catch { return undefined; }
};

walk('self and top: a refusal comes back with its state and without a code', {}, async ({ page, stage }) => {
  for (const redirect_type of ['self', 'top']) {
    await open(page, `${PORTAL}/login`);
    await mount(page, { redirect_type });
    await shown(page);
    await stage.control('POST', 'waiting/refuse', { kind: 'scan' });
    const address = redirect_type === 'top'
      ? await page.waitForURL(`${PORTAL}/cb?**`).then(() => page.url())
      : await (await page.waitForFunction(frameAddress)).jsonValue();
    const { origin, searchParams } = new URL(address);
    assert.equal(origin, PORTAL);
    assert.deepEqual([searchParams.get('state'), searchParams.has('code')], ['a b&c', false], redirect_type);
  }
});

walk('somebody outside the visible range is told so in the panel, and the page hears nothing', {}, async ({ page, stage }) => {
  await open(page, `${PORTAL}/login`);
  await mount(page, { redirect_type: 'callback' });
  await shown(page);
  await chooses(page, '孙七');
  await says(page, '无权限');
  assert.deepEqual(await verdicts(page), []);
  await approve(stage);
  const { code } = await hears(page, 'success');
  assert.equal(await exchange(stage, code), 'zhangsan');
});

walk('one click signs in where a desktop client runs', {}, async ({ page, stage }) => {
  await stage.control('PUT', 'desktop_client', { runs: 'on', person: 'member:lisi' });
  await open(page, `${PORTAL}/login`);
  await mount(page, { redirect_type: 'callback', panel_size: 'small' });
  assert.deepEqual(await hears(page, 'check'), { isWeComLogin: true });
  await frame(page).locator('#quick').click();
  const { code } = await hears(page, 'success');
  assert.equal(await exchange(stage, code), 'lisi');
  await stage.control('PUT', 'desktop_client', { runs: 'off' });
});

/** Mounts a panel that cannot be, and takes it away; the number that the page hears. */
const fails = async (page, params) => {
  await mount(page, { redirect_type: 'callback', ...params });
  const { errCode, errMsg } = await hears(page, 'fail');
  assert.ok(errMsg, 'and in words');
  await page.evaluate(() => window.panel.unmount());
  return errCode;
};

walk('what is wrong with a panel reaches onLoginFail by its number', {}, async ({ page }) => {
  const wrong = [
    [{ redirect_uri: `${ELSEWHERE}/cb` }, -31020],
    [{ redirect_uri: encodeURIComponent(PANEL.redirect_uri) }, -31020],
    [{ appid: 'ww0000000000000000' }, -31027],
    [{ agentid: '7' }, -31028],
    [{ redirect_uri: '' }, -31035],
    [{ login_type: 'Corp' }, -31040],
  ];
  await open(page, `${PORTAL}/login`);
  for (const [params, errCode] of wrong) assert.equal(await fails(page, params), errCode, JSON.stringify(params));
});

walk('a page on another domain than its redirect gets no code', {}, async ({ page }) => {
  await open(page, `${ELSEWHERE}/login`);
  // The number of this one is not on record.
  assert.equal(await fails(page, {}), 0);
});

walk('a panel that was taken away hears nothing any more', {}, async ({ page, stage }) => {
  await open(page, `${PORTAL}/login`);
  await mount(page, { redirect_type: 'callback' });
  await shown(page);
  await hears(page, 'check');
  await page.evaluate(() => window.panel.unmount());
  assert.equal(await page.locator('#panel iframe').count(), 0);
  await approve(stage);
  await mount(page, { redirect_type: 'callback' });
  await shown(page);
  assert.deepEqual((await page.evaluate(() => window.heard)).map(([name]) => name).filter((name) => name !== 'check'), []);
});

/** Registers as an application does; what the client says of `config` or `agentConfig`. */
const registers = (page, call, how = {}) => page.evaluate(({ call, how, corp }) => new Promise((done) => {
  // What an application does not catch is told to its callback all the same.
  window.addEventListener('unhandledrejection', (event) => event.preventDefault());
  const sign = (call) => async (url) => {
    const body = JSON.stringify({ call, url: how.withFragment ? location.href : url, ...how });
    return (await fetch('/sign', { method: 'POST', body })).json();
  };
  window.said = [];
  const hear = (call, isOver) => (what) => {
    window.said.push([call, what.errMsg]);
    if (isOver) done(window.said.map(([, words]) => words).join(', '));
  };
  window.ww.register({
    corpId: corp, agentId: 1000002, jsApiList: ['selectExternalContact'],
    getConfigSignature: sign('config'),
    ...(call === 'agentConfig' && { getAgentConfigSignature: sign('agentConfig') }),
    onConfigSuccess: hear('config', call === 'config'), onConfigFail: hear('config', true),
    onAgentConfigSuccess: hear('agentConfig', true), onAgentConfigFail: hear('agentConfig', true),
  });
}), { call, how, corp: CORP });

/** A page in the client: its bridge is there before the page's own scripts. */
const inClient = async (page, stage, address) => {
  const bridge = await fetch(`${stage.sandbox}/_sandbox/bridge.js`);
  await page.addInitScript(await bridge.text());
  await open(page, address);
};
const client = { userAgent: IN_WECOM };
const before = { userAgent: IN_WECOM.replace(/wxwork\/[\d.]+/, 'wxwork/3.0.16') };
const ADDRESS = `${PORTAL}/page?a=b&c=%20d#part`;
const PREFIX = { config: 'preVerifyJSAPI', agentConfig: 'agentConfig' };

for (const call of ['config', 'agentConfig']) {
  const other = call === 'config' ? 'agentConfig' : 'config';
  const cases = {
    'is accepted': [ADDRESS, {}, 'ok'],
    'with another signature is refused': [ADDRESS, { isAltered: true }, 'invalid signature'],
    'signed with its fragment is refused': [ADDRESS, { withFragment: true }, 'invalid signature'],
    'signed with the other ticket is refused': [ADDRESS, { ticketOf: other }, 'invalid signature'],
    'on a domain that is not trusted is refused': [`${ELSEWHERE}/page`, {}, 'invalid url domain'],
  };
  if (call === 'agentConfig') cases["signed with another app's ticket is refused"] = [ADDRESS, { agent: 1000003 }, 'invalid signature'];
  for (const [title, [address, how, words]] of Object.entries(cases)) {
    walk(`${call}: a page ${title}`, client, async ({ page, stage }) => {
      await inClient(page, stage, address);
      assert.equal(await registers(page, call, how), `${PREFIX[call]}:${words}`);
    });
  }
}

walk('a client before 3.0.24 asks for config first', before, async ({ page, stage }) => {
  await inClient(page, stage, ADDRESS);
  assert.equal(await registers(page, 'agentConfig'), 'preVerifyJSAPI:ok, agentConfig:ok');
});

walk("the package's own signature is accepted, until its ticket is two hours old", client, async ({ page, stage }) => {
  const { ticket } = await stage.call('get_jsapi_ticket');
  await inClient(page, stage, ADDRESS);
  const ask = () => page.evaluate(({ ticket, corp }) => {
    const { timestamp, nonceStr, signature } = window.ww.getSignature(ticket);
    return new Promise((done) => {
      const params = { verifyAppId: corp, verifyTimestamp: `${timestamp}`, verifyNonceStr: nonceStr, verifySignature: signature };
      window.WeixinJSBridge.invoke('preVerifyJSAPI', params, (result) => done(result.err_msg));
    });
  }, { ticket, corp: CORP });
  assert.equal(await ask(), 'preVerifyJSAPI:ok');
  await stage.control('POST', 'clock/advance', { seconds: 7201 });
  assert.equal(await ask(), 'preVerifyJSAPI:invalid signature');
});

walk('without permission a function of the client is denied, with it the sandbox says that it has none', client, async ({ page, stage }) => {
  await inClient(page, stage, ADDRESS);
  await registers(page, 'config');
  const invoke = (name) => page.evaluate((name) => window.ww.invoke(name).catch((refusal) => refusal.errMsg), name);
  assert.equal(await invoke('selectExternalContact'), 'selectExternalContact:function not exist');
  assert.equal(await invoke('openUserProfile'), 'openUserProfile:permission denied');
});
