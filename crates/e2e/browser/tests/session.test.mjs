// Being signed in, and leaving.

import assert from 'node:assert/strict';

import { login, suite } from '../support/suite.mjs';
import { IN_WECOM } from '../support/visitor.mjs';

const walk = suite();
const phone = { userAgent: IN_WECOM };

walk('sign-out takes the cookie away, and going back shows nothing', phone, async ({ page, stage, visitor }) => {
  await visitor.be('member:zhangsan');
  await page.goto(login(stage));
  const [session] = await visitor.context.cookies(stage.gateway).then((all) => all.filter(({ name }) => name.endsWith('menshen_session')));
  assert.ok(session.httpOnly);
  assert.equal(session.sameSite, 'Lax');
  await page.click('form[action="/_menshen/logout"] button');
  await page.waitForLoadState();
  assert.ok(!(await visitor.cookies()).some((name) => name.endsWith('menshen_session')), 'the browser has dropped it');

  // Not even a copy of it works any more.
  await visitor.context.addCookies([session]);
  assert.equal((await visitor.me()).status, 401);
  await visitor.context.clearCookies({ name: session.name });
  await page.goBack();
  assert.doesNotMatch(await page.textContent('main'), /张三/);
});

walk('a GET asks, and only the button signs out', phone, async ({ page, stage, visitor }) => {
  await visitor.be('member:zhangsan');
  await page.goto(login(stage));
  await page.goto(`${stage.gateway}/_menshen/logout`);
  assert.equal((await visitor.me()).status, 200);
  await page.click('form button');
  await page.waitForLoadState();
  assert.equal((await visitor.me()).status, 401);
});

walk('s_162 s_172 a new login ends the session before it', phone, async ({ page, stage, visitor }) => {
  await visitor.be('member:zhangsan');
  await page.goto(login(stage));
  const before = await visitor.context.cookies(stage.gateway);
  await visitor.be('member:lisi');
  await page.goto(login(stage));
  assert.equal((await visitor.me()).preferred_username, 'lisi');
  await visitor.context.addCookies(before.filter(({ name }) => name.endsWith('menshen_session')));
  assert.equal((await visitor.me()).status, 401);
});

walk('s_072 no page can be framed, and none runs a script', phone, async ({ page, stage }) => {
  const answer = await page.goto(stage.gateway);
  const policy = answer.headers()['content-security-policy'];
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /script-src|unsafe/);
  assert.equal(answer.headers()['cache-control'], 'no-store');
});

/** The pages that a person can meet without being signed in; each says something and, but for the last, leads on. */
const PAGES = ['/', '/_menshen/login', '/_menshen/login?door=link', '/_menshen/logout', '/nothing-here', '/_menshen/callback/hq?code=a'];

walk('s_208 every page is readable without script and without any other host', { ...phone, userAgent: undefined, javaScriptEnabled: false },
  async ({ page, stage }) => {
    const asked = new Set();
    page.on('request', (request) => asked.add(new URL(request.url()).protocol === 'data:' ? 'data:' : new URL(request.url()).origin));
    for (const path of PAGES) {
      await page.goto(`${stage.gateway}${path}`);
      assert.ok((await page.textContent('h1')).trim().length > 3, path);
      assert.ok(await page.locator('main a').count() > 0, `${path} leads on`);
      assert.equal(await page.locator('script').count(), 0, path);
    }
    asked.delete('data:');
    assert.deepEqual([...asked], [stage.gateway], 'nobody else was asked');
  });

walk('s_208 signing in and out needs no script of ours', { ...phone, javaScriptEnabled: false },
  async ({ page, stage, visitor }) => {
    await visitor.be('member:zhangsan');
    await page.goto(login(stage));
    assert.match(await page.textContent('main'), /张三/);
    await page.click('form[action="/_menshen/logout"] button');
    await page.waitForLoadState();
    assert.equal((await visitor.me()).status, 401);
  });
