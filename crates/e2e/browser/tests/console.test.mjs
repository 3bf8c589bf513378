// The sandbox's console in a real browser: live without reloading, whole without script, on a phone, with a keyboard, and
// readable in light and dark.

import assert from 'node:assert/strict';

import { PATHS } from '../support/console_pages.mjs';
import { SandboxStage } from '../support/sandbox.mjs';
import { suite } from '../support/suite.mjs';

const walk = suite(() => SandboxStage.start());
const phone = { viewport: { width: 390, height: 844 } };
const at = (stage, path) => `${stage.sandbox}/_sandbox/${path}`;
const call = (stage, userid) => fetch(`${stage.sandbox}/cgi-bin/user/get?access_token=none&userid=${userid}`);

walk('the journal shows a call without being reloaded, and only what fits its filter', phone, async ({ page, stage }) => {
  await page.goto(at(stage, 'journal?q=lisi'));
  await page.waitForSelector('#live:not([hidden])');
  await page.evaluate(() => { window.stays = true; });
  await call(stage, 'zhangsan');
  await call(stage, 'lisi');
  await page.waitForSelector('#lines li >> text=user/get');
  assert.equal(await page.locator('#lines li').count(), 1);
  await page.click('#lines summary');
  assert.match(await page.textContent('#lines pre'), /userid=lisi/);
  assert.equal(await page.evaluate(() => window.stays), true, 'the page is still the same one');
});

walk('without script the journal is complete after a reload', { javaScriptEnabled: false, locale: 'en-US' }, async ({ page, stage }) => {
  await page.goto(at(stage, 'journal'));
  assert.match(await page.textContent('main'), /Reload to see what is new/);
  assert.ok(await page.isHidden('#pause'));
  await call(stage, 'WangWu');
  await page.reload();
  await page.waitForSelector('#lines li >> text=user/get');
});

for (const locale of ['zh-CN', 'en-US']) {
  walk(`no page is wider than a phone (${locale})`, { ...phone, locale }, async ({ page, stage }) => {
    for (const path of PATHS) {
      await page.goto(at(stage, path));
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 390, `${path} is ${width} wide`);
    }
  });
}

/** Every text on the page whose contrast with what lies behind it is below AA. */
function pale() {
  const read = (color) => color.match(/[\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = read(color).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const color = getComputedStyle(each).backgroundColor;
      if ((read(color)[3] ?? 1) > 0) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.body.querySelectorAll('*')].filter((element) => hasText(element) && element.checkVisibility()).flatMap((element) => {
    const style = getComputedStyle(element);
    const [high, low] = [light(style.color), light(behind(element))].sort((a, b) => b - a);
    const contrast = (high + 0.05) / (low + 0.05);
    const isLarge = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    return contrast < (isLarge ? 3 : 4.5) ? [`${element.textContent.trim().slice(0, 20)} ${contrast.toFixed(2)}`] : [];
  });
}

for (const colorScheme of ['light', 'dark']) {
  walk(`every text has the contrast of AA (${colorScheme})`, { colorScheme }, async ({ page, stage }) => {
    await call(stage, 'nobody');
    for (const path of PATHS) {
      await page.goto(at(stage, path));
      assert.deepEqual(await page.evaluate(pale), [], path);
    }
    await page.goto(at(stage, 'members/edit'));
    await page.click('form.edit button[type=submit]');
    assert.deepEqual(await page.evaluate(pale), [], 'a refused form');
  });
}

walk('a tag is made with the keyboard alone', { locale: 'en-US' }, async ({ page, stage }) => {
  const focused = () => page.evaluate(() => `${document.activeElement.tagName} ${document.activeElement.name ?? ''} ${document.activeElement.textContent.trim()}`);
  const tabTo = async (wanted) => {
    for (let step = 0; step < 40; step += 1) {
      await page.keyboard.press('Tab');
      if ((await focused()).includes(wanted)) return;
    }
    assert.fail(`the keyboard does not reach ${wanted}`);
  };
  await page.goto(at(stage, 'tags'));
  await page.keyboard.press('Tab');
  assert.match(await focused(), /Skip to the page/);
  await tabTo('New tag');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/tags/edit?**');
  await tabTo('INPUT name');
  await page.keyboard.type('值夜');
  await tabTo('TEXTAREA members');
  await page.keyboard.type('lisi, nobody');
  await tabTo('Save');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=alert]');
  assert.equal(await page.inputValue('[name=name]'), '值夜', 'what was typed is kept');
  await page.fill('[name=members]', 'lisi');
  await page.focus('[name=members]');
  await tabTo('Save');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/tags?**');
  assert.match(await page.textContent('main'), /值夜/);
});

walk('names that look like HTML stay text, in new lines of the journal too', {}, async ({ page, stage }) => {
  await stage.control('POST', 'members/change', { user_id: 'lisi', name: '<img src=x onerror=alert(1)>' });
  await page.goto(at(stage, 'journal'));
  await page.waitForSelector('#live:not([hidden])');
  await call(stage, '<img src=x>');
  await page.waitForSelector('#lines li >> text=user/get');
  for (const path of ['', 'members', 'members/edit?id=lisi', 'tags']) {
    await page.goto(at(stage, path));
    assert.equal(await page.locator('img').count(), 0, path);
  }
});
