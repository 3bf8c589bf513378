// The sandbox's console in a real browser: live without reloading, whole without script, on a phone, with a keyboard, and
// readable in light and dark.

import assert from 'node:assert/strict';

import { PATHS } from '../support/console_pages.mjs';
import { KEY, TOKEN, receiver } from '../support/receiver.mjs';
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
    // The answer is there, and its style sheet too: before that every text has the colour of its ground.
    await page.waitForSelector('#mistakes');
    await page.waitForLoadState('load');
    assert.deepEqual(await page.evaluate(pale), [], 'a refused form');
  });
}

/** What a reader of Chinese meets as an English sentence; code keeps its own words. */
function english() {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const isRead = node.parentElement.checkVisibility() && !node.parentElement.closest('pre, code, option, textarea, [lang=en]');
    const run = isRead && node.data.match(/[A-Za-z']+(?: [a-z']+){3,}/);
    if (run) found.push(run[0]);
  }
  return found;
}

walk('no Chinese page holds an English sentence', { locale: 'zh-CN' }, async ({ page, stage }) => {
  await call(stage, 'nobody');
  for (const path of PATHS) {
    await page.goto(at(stage, path));
    assert.deepEqual(await page.evaluate(english), [], path);
  }
  const wrong = {
    'members/edit': { user_id: '_', direct_leader: 'nobody' },
    'departments/edit': { id: 'x' },
    'agents/edit': { oauth_domain: 'https://h/', trusted_ips: 'x', visible_members: 'nobody' },
    'corps/edit': { corp_id: '_', contact_sync_ips: 'x' },
    'pushes/edit?id=sync': { url: 'http://127.0.0.1:1/' },
    'verification/edit': { url: 'ftp://h/' },
  };
  for (const [path, values] of Object.entries(wrong)) {
    await page.goto(at(stage, path));
    for (const [name, value] of Object.entries(values)) await page.fill(`[name=${name}]`, value);
    await page.click('form.edit button[type=submit]');
    await page.waitForSelector('[role=alert]');
    assert.deepEqual(await page.evaluate(english), [], path);
  }
});

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

walk('a switch is turned with the keyboard, on a phone and without script', { ...phone, javaScriptEnabled: false, locale: 'en-US' }, async ({ page, stage }) => {
  await page.goto(at(stage, 'switches'));
  for (const radio of await page.locator('main input[type=radio]').all()) {
    const { width, height } = await radio.boundingBox();
    assert.ok(width < 30 && height < 30, `${await radio.getAttribute('name')} is ${width} by ${height}`);
  }
  await page.focus('[name=hint][value=new]');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/switches?saved=answers#answers');
  assert.match(await page.textContent('#answers [role=status]'), /Saved/);
  assert.ok(await page.isChecked('[name=hint][value=old]'));
  assert.match(await page.textContent('#s-hint legend'), /not the default/);
  const switches = await (await fetch(at(stage, 'api/switches'))).json();
  assert.equal(switches.find(({ name }) => name === 'hint').word, 'old');
  await page.click('text=All back to the default');
  await page.waitForURL('**/switches?saved=defaults');
  assert.equal(await page.locator('.badge.on').count(), 0);
});

walk('an address is saved, a message written and sent, and its try is listed, without script', { javaScriptEnabled: false, locale: 'en-US' }, async ({ page, stage }) => {
  const { url, got, stop } = await receiver();
  await page.goto(at(stage, 'pushes'));
  await page.click('a >> text=contact sync');
  assert.match(await page.inputValue('[name=aes_key]'), /^[0-9A-Za-z]{43}$/, 'one is drawn');
  await page.fill('[name=url]', url);
  await page.fill('[name=token]', TOKEN);
  await page.fill('[name=aes_key]', KEY);
  await page.click('form.edit button[type=submit]');
  await page.waitForURL('**/pushes?**');
  await page.selectOption('[name=event]', 'delete_user');
  await page.click('button >> text=Write');
  await page.waitForURL('**/pushes/send?**');
  const xml = await page.inputValue('[name=xml]');
  assert.match(xml, /<ChangeType>delete_user</);
  await page.click('form.edit button[type=submit]');
  await page.waitForURL('**/pushes?**#log');
  assert.deepEqual(got, [xml]);
  assert.match(await page.textContent('#log'), /HTTP 200/);
  await stop();
});

walk('the pages of a corp stand in a second row, and keep to that corp', { locale: 'zh-CN' }, async ({ page, stage }) => {
  const { corp } = await stage.control('POST', 'corps/create', { name: '分公司' });
  await page.goto(at(stage, 'corps'));
  assert.equal(await page.locator('nav.beside a').count(), 6);
  await page.goto(at(stage, `members?corp=${corp}`));
  await page.click('nav.beside a >> text=部门');
  assert.equal(new URL(page.url()).searchParams.get('corp'), corp);
  assert.match(await page.textContent('main'), /分公司/);
  await page.click('nav.nav:not(.beside) a >> text=日志');
  assert.equal(await page.locator('nav.beside').count(), 0);
  await stage.control('POST', 'corps/remove', { corp });
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
