// A person's browser with its own cookies. In: which program it says it is. Out: pages. It keeps what pages
// wrote to the console as errors and which hosts they asked; `leave` fails the test over either.

import assert from 'node:assert/strict';

import { chromium } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** WeCom's own web view on a phone. */
export const IN_WECOM =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.0.0 ' +
  'Mobile Safari/537.36 wxwork/4.1.36 MicroMessenger/7.0.1 NetType/WIFI Language/zh';
/** A phone's browser outside WeCom. */
export const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 ' +
  'Mobile/15E148 Safari/604.1';

/** The browser program, shared by all visitors of one file. */
export function launch(flags = []) {
  return chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...flags] });
}

export class Visitor {
  /** `options` are those of a browser context: `userAgent`, `locale`, `viewport`, `colorScheme`. */
  static async come(browser, stage, options = {}) {
    const context = await browser.newContext({ locale: 'zh-CN', ...options });
    context.setDefaultTimeout(10_000);
    const visitor = new Visitor(context, stage);
    visitor.page = await context.newPage();
    return visitor;
  }

  complaints = [];

  constructor(context, stage) {
    this.context = context;
    this.stage = stage;
    const own = stage.origins ?? [stage.gateway, stage.sandbox];
    context.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol !== 'data:' && !own.includes(origin)) this.complaints.push(`a request to ${origin}`);
    });
    context.on('console', (message) => {
      // A page of ours that is served with 4xx is no mistake of the page.
      const isStatus = message.text().startsWith('Failed to load resource: the server responded with a status of');
      if (message.type() === 'error' && !isStatus) this.complaints.push(message.text());
    });
    context.on('weberror', (error) => this.complaints.push(String(error.error())));
  }

  async newPage() {
    return this.context.newPage();
  }

  /** Makes this browser that of a person, as the sandbox's page would. */
  async be(person) {
    await this.context.addCookies([
      { name: 'wecom_sandbox_person', value: encodeURIComponent(person), url: this.stage.sandbox },
    ]);
  }

  /** Walks in this tab to the callback and stops before it: its address, not yet visited. */
  async walkToCallback(page, walk) {
    // Playwright's own routes do not see redirects; the protocol beneath them does.
    const tab = await this.context.newCDPSession(page);
    await tab.send('Fetch.enable', { patterns: [{ urlPattern: '*/_menshen/callback/*' }] });
    const met = new Promise((found) => {
      tab.once('Fetch.requestPaused', async ({ requestId, request }) => {
        await tab.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
        found(request.url);
      });
    });
    // The walk ends in the refusal to load the callback.
    const walked = walk().catch(() => {});
    const address = await met;
    await walked;
    await tab.detach();
    return address;
  }

  /** What the gateway knows of this browser: status and answer of `/_menshen/me`. */
  async me() {
    const answer = await this.context.request.get(`${this.stage.gateway}/_menshen/me`);
    return { status: answer.status(), ...(await answer.json()) };
  }

  /** The names of the gateway's own cookies. */
  async cookies() {
    const all = await this.context.cookies(this.stage.gateway);
    return all.map((cookie) => cookie.name).filter((name) => name.includes('menshen')).sort();
  }

  async leave() {
    await this.context.close();
    assert.deepEqual(this.complaints, [], 'no console error, no request to another host');
  }
}
