// Outside the WeCom client: a desktop that shows a code to scan, and a phone that cannot.

import assert from 'node:assert/strict';

import { landed, login, suite } from '../support/suite.mjs';
import { PHONE } from '../support/visitor.mjs';

const walk = suite();
const desktop = { viewport: { width: 1280, height: 800 } };

walk('a desktop is shown a code, and the phone that scans it confirms', desktop, async ({ page, stage, visitor, come }) => {
  await page.goto(login(stage));
  await page.click('main a.button >> nth=0');
  await page.waitForURL(`${stage.sandbox}/**`);
  // What stands in the code is opened by another device, which belongs to zhangsan.
  const scanned = await page.getAttribute('.why a', 'href');
  const hand = await come({ viewport: { width: 390, height: 844 } });
  await hand.be('member:zhangsan');
  await hand.page.goto(new URL(scanned, stage.sandbox).href);
  await hand.page.click('button[value=confirm]');
  // The desktop notices by itself.
  await landed(page, stage);
  const me = await visitor.me();
  assert.equal(me.preferred_username, 'zhangsan');
  assert.equal(me.session.door, 'scan');
  assert.equal((await hand.me()).status, 401, 'the phone itself is not signed in');
  await hand.leave();
});

walk('s_086 a refusal on the phone comes back as an answer', desktop, async ({ page, stage, visitor }) => {
  await page.goto(login(stage));
  await page.click('main a.button >> nth=0');
  await page.click('button[value=refuse]');
  await page.waitForURL(`${stage.gateway}/_menshen/callback/**`);
  assert.equal((await visitor.me()).status, 401);
});

walk('a typed address of the scan door shows our page first, so that WeCom sees where it comes from', desktop, async ({ page, stage }) => {
  await page.goto(`${login(stage)}?door=scan`);
  assert.equal(new URL(page.url()).origin, stage.gateway);
  await page.click('main a.button >> nth=0');
  await page.waitForURL(`${stage.sandbox}/wwlogin/**`);
});

walk('a phone outside WeCom is told to open WeCom, with the address and a code', { userAgent: PHONE, viewport: { width: 390, height: 844 } },
  async ({ page, stage, visitor }) => {
    await page.goto(login(stage));
    assert.ok(await page.isVisible('svg.qr'));
    assert.deepEqual(await visitor.cookies(), [], 'a page starts no login');
  });
