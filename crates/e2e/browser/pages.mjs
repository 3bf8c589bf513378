// `cargo xtask pages`: takes a picture of every page a person can meet, at 390 and 1280 pixels, light and dark, in
// Chinese and English. In: the debug program. Out: PNG files in the folder of the first argument, to be looked at; the
// few that help a reader are copied to docs/screenshots. A second argument, a regular expression, takes only the pages whose name fits it.

import { copyFile, mkdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { consolePages } from './support/console_pages.mjs';
import { Stage } from './support/stage.mjs';
import { IN_WECOM, PHONE, Visitor, launch } from './support/visitor.mjs';

const [FOLDER, ONLY = ''] = process.argv.slice(2);
const DOCS = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url));
const KEPT = [
  'console-departments-zh.390-light', 'console-members-en.1280-dark', 'console-grants-zh.390-dark',
  'demo-research.390-dark', 'demo-signed-in.390-light', 'demo-signed-out.390-light',
  'gateway-choose-door.1280-light', 'gateway-home.390-dark', 'gateway-home.390-light', 'gateway-outsider.390-light',
  'sandbox-consent.390-light', 'sandbox-scan.1280-light',
];
/** A picture that is larger does not belong into a repository. */
const MOST_BYTES = 80_000;

const login = (stage, query = '') => `${stage.gateway}/_menshen/login${query}`;

/** Each page: where it stands, which program looks at it, and how a person gets there. */
const PAGES = {
  'gateway-choose-door': { go: (page, stage) => page.goto(login(stage)) },
  'gateway-open-in-wecom': { userAgent: PHONE, go: (page, stage) => page.goto(login(stage)) },
  'gateway-signed-out-home': { go: (page, stage) => page.goto(stage.gateway) },
  'gateway-home': { userAgent: IN_WECOM, person: 'member:zhangsan', go: signIn },
  'gateway-sign-out': {
    userAgent: IN_WECOM, person: 'member:zhangsan',
    go: async (page, stage) => { await signIn(page, stage); await page.goto(`${stage.gateway}/_menshen/logout`); },
  },
  'gateway-signed-out': {
    userAgent: IN_WECOM, person: 'member:zhangsan',
    go: async (page, stage) => { await signIn(page, stage); await page.click('form[action="/_menshen/logout"] button'); await page.waitForLoadState(); },
  },
  'gateway-outsider': { userAgent: IN_WECOM, person: 'stranger:oSandboxStranger0000000000001', go: (page, stage) => page.goto(login(stage)) },
  'gateway-outside-range': { userAgent: IN_WECOM, person: 'member:sunqi', go: (page, stage) => page.goto(login(stage)) },
  'gateway-other-browser': {
    userAgent: IN_WECOM, person: 'member:zhangsan',
    go: async (page, stage, visitor) => {
      const callback = await visitor.walkToCallback(page, () => page.goto(login(stage)));
      await visitor.context.clearCookies();
      await page.goto(callback);
    },
  },
  'gateway-refused': { userAgent: IN_WECOM, person: 'member:zhangsan', go: (page, stage) => failing(page, stage, { errcode: 48002 }) },
  'gateway-unreachable': { userAgent: IN_WECOM, person: 'member:zhangsan', go: (page, stage) => failing(page, stage, { status: 502, body: '' }) },
  'gateway-inactive': { userAgent: IN_WECOM, person: 'member:lisi', go: (page, stage) => failing(page, stage, { body: '{"errcode":0,"errmsg":"ok","userid":"lisi","status":2}' }, '/cgi-bin/user/get') },
  'gateway-choose-connector': { on: 'several', go: (page, stage) => page.goto(login(stage)) },
  'gateway-choose-connector-in-wecom': { on: 'several', userAgent: IN_WECOM, go: (page, stage) => page.goto(login(stage)) },
  'gateway-link': { go: (page, stage) => page.goto(login(stage, '?door=link')) },
  'gateway-expired': { go: (page, stage) => page.goto(`${stage.gateway}/_menshen/callback/hq?code=a&state=${'A'.repeat(32)}`) },
  'gateway-bad-request': { go: (page, stage) => page.goto(`${stage.gateway}/_menshen/callback/hq?code=a`) },
  'gateway-not-found': { go: (page, stage) => page.goto(`${stage.gateway}/nothing-here`) },
  'gateway-cancelled': {
    userAgent: IN_WECOM, person: 'member:zhangsan', on: 'consent',
    go: async (page, stage) => { await page.goto(login(stage)); await page.click('button[value=refuse]'); await page.waitForURL(`${stage.gateway}/**`); },
  },
  'sandbox-who-are-you': { userAgent: IN_WECOM, go: (page, stage) => page.goto(login(stage)) },
  'sandbox-consent': { userAgent: IN_WECOM, person: 'member:zhangsan', on: 'consent', go: (page, stage) => page.goto(login(stage)) },
  'sandbox-scan': {
    go: async (page, stage) => { await page.goto(login(stage)); await page.click('main a.button >> nth=0'); await page.waitForURL(`${stage.sandbox}/**`); },
  },
  'sandbox-scan-on-phone': {
    go: async (page, stage) => {
      await page.goto(login(stage));
      await page.click('main a.button >> nth=0');
      await page.waitForURL(`${stage.sandbox}/**`);
      await page.goto(new URL(await page.getAttribute('.why a', 'href'), stage.sandbox).href);
    },
  },
  'sandbox-scan-refused': {
    whole: true,
    go: async (page, stage) => {
      await page.goto(login(stage));
      await page.click('main a.button >> nth=0');
      await page.waitForURL(`${stage.sandbox}/**`);
      await page.click('button[value="member:sunqi"]');
      await page.waitForLoadState();
    },
  },
  'sandbox-link-refused': {
    userAgent: IN_WECOM, whole: true,
    go: (page, stage) => page.goto(`${stage.sandbox}/connect/oauth2/authorize?appid=ww1&response_type=code&scope=snsapi_base#wechat_redirect`, { referer: stage.gateway }),
  },
  'gateway-site-refused': {
    on: 'demo', person: 'member:zhangsan', userAgent: IN_WECOM,
    go: async (page, stage) => { await enterDemo(page, stage); await page.goto(`${stage.gateway}/admins`); },
  },
  'gateway-site-silent': {
    on: 'broken', person: 'member:zhangsan', userAgent: IN_WECOM,
    go: (page, stage) => page.goto(`${stage.sites.wiki.origin}/page`),
  },
  'gateway-form-not-sent': {
    on: 'broken', go: async (page, stage) => {
      await page.goto(`${stage.gateway}/`);
      await page.setContent(`<form method="post" action="${stage.sites.wiki.origin}/save"><button>x</button></form>`);
      await page.click('button');
      await page.waitForLoadState();
    },
  },
  'gateway-account': {
    on: 'demo', person: 'member:zhangsan', userAgent: IN_WECOM, whole: true,
    go: async (page, stage) => { await enterDemo(page, stage); await page.goto(`${stage.gateway}/_menshen/`); },
  },
  'demo-open': { on: 'demo', whole: true, go: (page, stage) => page.goto(`${stage.gateway}/open`) },
  'demo-research': {
    on: 'demo', person: 'member:zhangsan', userAgent: IN_WECOM,
    go: async (page, stage) => { await enterDemo(page, stage); await page.goto(`${stage.gateway}/research`); },
  },
  'demo-research-whole': {
    on: 'demo', person: 'member:zhangsan', userAgent: IN_WECOM, whole: true,
    go: async (page, stage) => { await enterDemo(page, stage); await page.goto(`${stage.gateway}/research`); },
  },
  'demo-forged': {
    on: 'demo', whole: true,
    go: async (page, stage) => { await page.goto(stage.gateway); await page.click('form[action="/forged"] button'); await page.waitForLoadState(); },
  },
  'demo-signed-out-whole': { on: 'demo', whole: true, go: (page, stage) => page.goto(stage.gateway) },
  'demo-signed-in-whole': { on: 'demo', whole: true, person: 'member:zhangsan', userAgent: IN_WECOM, go: (page, stage) => enterDemo(page, stage) },
  'demo-signed-out': { on: 'demo', go: (page, stage) => page.goto(stage.gateway) },
  'demo-signed-in': {
    on: 'demo', userAgent: IN_WECOM, person: 'member:zhangsan',
    go: (page, stage) => enterDemo(page, stage),
  },
  ...consolePages(),
};

/** Into the demo, giving everything the first time; the sandbox remembers it. */
async function enterDemo(page, stage) {
  await page.goto(login(stage));
  if (page.url().startsWith(stage.sandbox)) await page.click('button[value=allow]');
  await page.waitForURL(`${stage.gateway}/**`);
}

async function signIn(page, stage) {
  await page.goto(login(stage));
  await page.waitForURL(`${stage.gateway}/**`);
}

/** A login whose exchange, or another call, goes wrong. */
async function failing(page, stage, fault, path = '/cgi-bin/auth/getuserinfo') {
  await stage.control('POST', 'script', { path, ...fault });
  await page.goto(login(stage));
}

const SIZES = [{ width: 390, height: 844 }, { width: 1280, height: 800 }];
const LOOKS = SIZES.flatMap((viewport) => ['light', 'dark'].flatMap((colorScheme) => ['zh-CN', 'en-US'].map((locale) => ({
  name: `${viewport.width}-${colorScheme}${locale === 'zh-CN' ? '' : '.en'}`, viewport, colorScheme, locale, deviceScaleFactor: 1,
}))));

const stages = {
  plain: await Stage.start(),
  consent: await Stage.start({ privateInfo: ['mobile', 'email', 'gender'] }),
  several: await Stage.start({ connectors: 2 }),
  demo: await Stage.startDemo(),
  // A site whose application is away.
  broken: await Stage.start({ sites: ['wiki'] }),
  console: await Stage.start(),
};
const missing = [];
await stages.broken.sites.wiki.server.stop();
const browser = await launch();
await mkdir(FOLDER, { recursive: true });
await mkdir(DOCS, { recursive: true });
try {
  const wanted = Object.entries(PAGES).filter(([name]) => new RegExp(ONLY).test(name));
  for (const [name, { go, person, userAgent, locale, whole = false, on = 'plain' }] of wanted) {
    // A page that names its language is in the list once for each.
    for (const look of LOOKS.filter((look) => !locale || look.locale === 'zh-CN')) {
      const stage = stages[on];
      const visitor = await Visitor.come(browser, stage, { ...look, ...(userAgent && { userAgent }), ...(locale && { locale }) });
      const path = `${FOLDER}/${name}.${look.name}.png`;
      try {
        if (person) await visitor.be(person);
        await go(visitor.page, stage, visitor);
        await visitor.page.screenshot({ path, fullPage: whole });
        await visitor.leave();
      } catch (error) {
        // The others are still worth looking at.
        missing.push(`${name}.${look.name} at ${visitor.page.url()}: ${error.message}`);
        await visitor.context.close();
        continue;
      }
      const { size } = await stat(path);
      const isKept = KEPT.includes(`${name}.${look.name}`);
      if (isKept && size > MOST_BYTES) throw new Error(`${path}: ${size} bytes`);
      if (isKept) await copyFile(path, `${DOCS}/${name}.${look.name}.png`);
      console.log(`${path}${isKept ? ', kept' : ''}`);
    }
  }
} finally {
  await browser.close();
  for (const stage of Object.values(stages)) await stage.stop();
}
if (missing.length > 0) {
  console.error(`\n${missing.length} pictures could not be taken:\n${missing.join('\n')}`);
  process.exitCode = 1;
}
