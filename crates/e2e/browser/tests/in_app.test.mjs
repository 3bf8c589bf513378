// Inside the WeCom client, where no personal field is asked for.

import assert from 'node:assert/strict';

import { landed, login, suite } from '../support/suite.mjs';
import { IN_WECOM } from '../support/visitor.mjs';

const walk = suite();
const phone = { userAgent: IN_WECOM, viewport: { width: 390, height: 844 } };

walk('the first time WeCom is told who holds the phone, then the person is in', phone, async ({ page, stage, visitor }) => {
  await page.goto(`${login(stage)}?return_to=%2F%3Ffrom%3Dmenu`);
  await page.click('button[name=person][value="member:zhangsan"]');
  await landed(page, stage, '/?from=menu');
  assert.match(await page.textContent('main'), /张三/);
  const me = await visitor.me();
  assert.equal(me.preferred_username, 'zhangsan');
  assert.equal(me.phone_number, undefined);
});

walk('whoever is known is signed in silently, without a page on the way', phone, async ({ page, stage, visitor }) => {
  await visitor.be('member:lisi');
  const pages = [];
  page.on('framenavigated', (frame) => pages.push(new URL(frame.url()).origin));
  await page.goto(login(stage));
  assert.equal(new URL(page.url()).pathname, '/');
  assert.deepEqual(pages, [stage.gateway], 'no page but the last one was shown');
  assert.equal((await visitor.me()).preferred_username, 'lisi');
  // The code stays out of the address bar and out of the history.
  assert.equal(await page.evaluate(() => history.length), 2);
});

walk('the fragment of WeCom\'s link does not stick to our page', phone, async ({ page, stage, visitor }) => {
  // A redirect inherits it unless it brings one of its own, and applications route by theirs.
  await visitor.be('member:zhangsan');
  await page.goto(login(stage));
  assert.equal(await page.evaluate(() => location.hash), '');
});

walk('s_096 an outsider gets a page of their own and no session', phone, async ({ page, stage, visitor }) => {
  await visitor.be('stranger:oSandboxStranger0000000000001');
  const answer = await page.goto(login(stage));
  assert.equal(answer.status(), 403);
  assert.equal((await visitor.me()).status, 401);
});

walk('s_092 forty tabs: few cookies, the newest lands', phone, async ({ page, stage, visitor }) => {
  await visitor.be('member:zhangsan');
  const callbacks = [];
  for (let tab = 0; tab < 40; tab += 1) {
    const opened = await visitor.newPage();
    callbacks.push(await visitor.walkToCallback(opened, () => opened.goto(login(stage))));
    await opened.close();
  }
  const cookies = await visitor.cookies();
  assert.equal(cookies.length, 8, cookies.join(' '));

  const old = await page.goto(callbacks[0]);
  assert.equal(Math.floor(old.status() / 100), 4);
  assert.ok(await page.isVisible('main a.button'), 'a page that offers a fresh start');
  assert.equal((await visitor.me()).status, 401);
  await page.goto(callbacks[39]);
  assert.equal(new URL(page.url()).pathname, "/");
  assert.equal((await visitor.me()).preferred_username, 'zhangsan');
});
