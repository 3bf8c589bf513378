// Sites on hosts of their own, behind the gate: in, out, and what neither of them may know of the other.

import assert from 'node:assert/strict';

import { CANARY } from '../support/site.mjs';
import { Stage } from '../support/stage.mjs';
import { suite } from '../support/suite.mjs';
import { IN_WECOM } from '../support/visitor.mjs';

// The wiki lets scripts of hr read its answers; hr names nobody.
const site = (name, sites) => (name === 'wiki' ? `cors = ["${sites.hr.origin}"]` : '');
const walk = suite(() => Stage.start({ sites: ['wiki', 'hr'], site }));
const phone = { userAgent: IN_WECOM };
const desktop = { viewport: { width: 1280, height: 800 } };

/** Where a tab stands, without the fragment. */
const place = (page) => page.url().split('#')[0];

/** Status and answer of `/_menshen/me`, asked by a script of the page in this tab. */
const ask = (page, origin = '') =>
  page.evaluate(async (address) => {
    const answer = await fetch(address, { credentials: 'include' });
    return { status: answer.status, said: await answer.json() };
  }, `${origin}/_menshen/me`);

/** Signs out in a tab of its own, from this site. */
async function signOut(visitor, origin) {
  const tab = await visitor.newPage();
  await tab.goto(`${origin}/_menshen/logout`);
  assert.match(await tab.textContent('main'), /所有网站/, 'the question says that all sites are meant');
  await tab.click('form[action="/_menshen/logout"] button');
  await tab.waitForLoadState();
  await tab.close();
}

const session = async (visitor, origin) => {
  const cookies = await visitor.context.cookies(origin);
  return cookies.find(({ name }) => name.endsWith('menshen_session'));
};

walk('s_073 nobody is signed in: not a byte to or from the application, and back where one was', desktop, async ({ page, stage }) => {
  const { origin, server } = stage.sites.wiki;
  server.requests.length = 0;
  const bodies = [];
  page.on('response', async (answer) => bodies.push(await answer.text().catch(() => '')));
  await page.goto(`${origin}/page?x=1`);
  assert.equal(new URL(page.url()).origin, stage.gateway, 'the sign-in is on the gateway\'s own host');
  await page.click('main a.button >> nth=0');
  await page.waitForURL(`${stage.sandbox}/**`);
  assert.deepEqual(server.requests, []);
  assert.ok(!bodies.join('').includes(CANARY));
  await page.click('button[name=person][value="member:zhangsan"]');
  await page.waitForURL(`${origin}/**`);
  assert.equal(place(page), `${origin}/page?x=1`);
  assert.equal(await page.textContent('.user'), 'zhangsan');
  assert.ok(server.requests.every(({ cookie }) => !cookie.includes('menshen')), 'our cookies stay with us');
});

walk('the ticket stays out of the address and the cookie is the site\'s own', phone, async ({ page, stage, visitor }) => {
  const { origin } = stage.sites.wiki;
  await visitor.be('member:zhangsan');
  await page.goto(`${origin}/`);
  assert.equal(place(page), `${origin}/`);
  const cookie = await session(visitor, origin);
  assert.ok(cookie.httpOnly);
  assert.equal(cookie.sameSite, 'Lax');
  assert.equal(cookie.domain, 'wiki.localhost', 'host-only');
  assert.notEqual(cookie.value, (await session(visitor, stage.gateway)).value);
  // Without a second sign-in, and without a page on the way.
  await page.goto(`${stage.sites.hr.origin}/somewhere`);
  assert.equal(place(page), `${stage.sites.hr.origin}/somewhere`);
  assert.equal(await page.textContent('.user'), 'zhangsan');
});

walk('s_071 a form that comes after the session has ended is not lost', phone, async ({ page, stage, visitor }) => {
  const { origin, server } = stage.sites.wiki;
  await visitor.be('member:zhangsan');
  await page.goto(`${origin}/edit`);
  await page.fill('textarea', 'written for an hour');
  await signOut(visitor, origin);
  server.requests.length = 0;
  await page.click('button');
  await page.waitForLoadState();
  assert.match(await page.textContent('h1'), /表单没有提交/);
  assert.deepEqual(server.requests, [], 'nothing of it reached the application');
  assert.ok(!stage.log.includes('written'), 'and nothing of it is kept');

  // As the page says: sign in in another tab, come back, and let the browser send it again.
  const opened = page.waitForEvent('popup');
  await page.click('main a.button');
  const tab = await opened;
  await tab.waitForLoadState();
  await tab.click('main a.button');
  await tab.waitForURL(`${origin}/**`);
  await page.reload();
  assert.equal(place(page), `${origin}/save`);
  assert.equal(await page.textContent('.saved'), 'text=written+for+an+hour');
  assert.deepEqual(server.requests.filter(({ line }) => line === 'POST /save').length, 1);
});

walk('s_167 the cookie of one host is nobody\'s at another', phone, async ({ page, stage, visitor, come }) => {
  const { wiki, hr } = stage.sites;
  await visitor.be('member:zhangsan');
  await page.goto(`${wiki.origin}/`);
  const { name, value } = await session(visitor, wiki.origin);
  const thief = await come(phone);
  for (const url of [hr.origin, stage.gateway]) await thief.context.addCookies([{ name, value, url }]);
  assert.equal((await thief.page.goto(`${hr.origin}/_menshen/me`)).status(), 401);
  hr.server.requests.length = 0;
  const answer = await thief.page.goto(`${hr.origin}/page`);
  assert.ok(!(await answer.text()).includes(CANARY));
  assert.deepEqual(hr.server.requests, []);
  assert.equal((await thief.me()).status, 401);
  await thief.leave();
});

walk('s_154 signing out at one site ends all, and the next page waits for a click', phone, async ({ page, stage, visitor }) => {
  const { wiki, hr } = stage.sites;
  await visitor.be('member:zhangsan');
  const other = await visitor.newPage();
  await page.goto(`${wiki.origin}/`);
  await other.goto(`${hr.origin}/`);
  for (const tab of [page, other]) assert.equal((await ask(tab)).status, 200);
  await signOut(visitor, wiki.origin);
  for (const tab of [page, other]) assert.equal((await ask(tab)).status, 401);
  assert.equal((await visitor.me()).status, 401);
  await other.reload();
  assert.match(await other.textContent('h1'), /你已退出登录/);
  await other.click('main a.button');
  await other.waitForURL(`${hr.origin}/**`);
  assert.equal(await other.textContent('.user'), 'zhangsan');
});

walk('s_068 a site\'s own scripts learn who it is, and only named origins read the answer', phone, async ({ page, stage, visitor }) => {
  const { wiki, hr } = stage.sites;
  await visitor.be('member:lisi');
  await page.goto(`${wiki.origin}/`);
  const { status, said } = await ask(page);
  assert.equal(status, 200);
  assert.equal(said.preferred_username, 'lisi');
  assert.equal(said.phone_number, undefined);
  // The wiki names hr: its scripts may read, though a browser sends no cookie from there.
  await page.goto(`${hr.origin}/`);
  assert.equal((await ask(page, wiki.origin)).status, 401);
  // hr names nobody: the browser keeps the answer from the script, and says so in its console.
  await page.goto(`${wiki.origin}/`);
  await assert.rejects(ask(page, hr.origin), /Failed to fetch/);
  const complaints = visitor.complaints.splice(0);
  assert.match(complaints.join('\n'), /blocked by CORS policy/);
});

walk('what went wrong behind the gate is told in the person\'s language', { ...phone, locale: 'en-US' }, async ({ page, stage, visitor }) => {
  const { hr } = stage.sites;
  await visitor.be('member:zhangsan');
  await page.goto(`${hr.origin}/`);
  // Nobody listens there any more.
  await hr.server.stop();
  const answer = await page.goto(`${hr.origin}/report?year=1`);
  assert.equal(answer.status(), 502);
  assert.match(await page.textContent('h1'), /does not answer/);
  assert.match(await page.textContent('footer'), new RegExp(answer.headers()['x-request-id']));
  assert.equal(await page.getAttribute('main a.button', 'href'), '/report?year=1');
});
