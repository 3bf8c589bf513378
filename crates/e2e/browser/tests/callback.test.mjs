// The way back from WeCom, as WeCom's clients really behave: twice, at once, cut off, elsewhere.

import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';

import { landed, login, suite } from '../support/suite.mjs';
import { IN_WECOM } from '../support/visitor.mjs';

const walk = suite();
const phone = { userAgent: IN_WECOM };
const EXCHANGE = '/cgi-bin/auth/getuserinfo';

/** Walks a known person to the callback and counts the exchanges that `act` causes. */
async function exchanges({ visitor, page, stage }, act) {
  await visitor.be('member:zhangsan');
  const callback = await visitor.walkToCallback(page, () => page.goto(login(stage)));
  const before = await stage.calls(EXCHANGE);
  await act(callback);
  return (await stage.calls(EXCHANGE)) - before;
}

walk('s_076 the same callback one after the other lands twice with one exchange', phone, async (scene) => {
  const { page, stage, visitor } = scene;
  const count = await exchanges(scene, async (callback) => {
    await page.goto(callback);
    const first = await visitor.me();
    await page.goto(callback);
    assert.equal(new URL(page.url()).pathname, '/');
    assert.deepEqual(await visitor.me(), first, 'the same session');
  });
  assert.equal(count, 1);
});

walk('s_076 the same callback in two tabs at once lands in both with one exchange', phone, async (scene) => {
  const { page, stage, visitor } = scene;
  const count = await exchanges(scene, async (callback) => {
    const letGo = await stage.hold(EXCHANGE);
    const other = await visitor.newPage();
    const sent = [page, other].map((tab) => tab.waitForRequest(callback));
    const arrivals = [page.goto(callback), other.goto(callback)];
    await Promise.all(sent);
    await letGo();
    await Promise.all(arrivals);
    assert.equal(new URL(page.url()).pathname, '/');
    assert.equal(new URL(other.url()).pathname, '/');
    assert.equal((await visitor.me()).preferred_username, 'zhangsan');
  });
  assert.equal(count, 1);
});

walk('s_076 s_077 the first connection is cut, and the repeat finds the outcome', phone, async (scene) => {
  const { page, stage, visitor } = scene;
  const count = await exchanges(scene, async (callback) => {
    const letGo = await stage.hold(EXCHANGE);
    const cut = await visitor.newPage();
    const gone = cut.goto(callback).catch(() => {});
    // It has to be under way: the sandbox has been asked, and does not answer.
    while ((await stage.control('GET', 'script')).every(({ used }) => used === 0)) await setImmediate();
    await cut.close();
    await gone;
    const arrival = page.goto(callback);
    await letGo();
    await arrival;
    assert.equal(new URL(page.url()).pathname, '/');
    assert.equal((await visitor.me()).preferred_username, 'zhangsan');
  });
  assert.equal(count, 1);
});

walk('s_075 a callback in another browser is refused, and still works in its own', phone, async (scene) => {
  const { page, stage, visitor, come } = scene;
  const stranger = await come(phone);
  const count = await exchanges(scene, async (callback) => {
    const refused = await stranger.page.goto(callback);
    assert.equal(refused.status(), 400);
    assert.equal((await stranger.me()).status, 401);
    await page.goto(callback);
    assert.equal((await visitor.me()).preferred_username, 'zhangsan');
  });
  assert.equal(count, 1);
  // The page offers a start of one's own.
  await stranger.be('member:lisi');
  await stranger.page.click('main a.button');
  await landed(stranger.page, stage);
  assert.equal((await stranger.me()).preferred_username, 'lisi');
  await stranger.leave();
});

walk('s_074 a callback without a state is a page and nothing else', phone, async ({ page, stage, visitor }) => {
  const refused = await page.goto(`${stage.gateway}/_menshen/callback/hq?code=stolen`);
  assert.equal(refused.status(), 400);
  assert.deepEqual(await visitor.cookies(), []);
});
