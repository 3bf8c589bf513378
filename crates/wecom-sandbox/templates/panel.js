// The frame's side of the login panel: the messages of @wecom/jssdk, and nothing else.
(() => {
  'use strict';
  const data = document.body.dataset;
  const usesPort = data.channel === 'true';
  let host = null;
  let port = null;
  let isOpen = false;
  const waiting = [];

  const post = (message) => {
    const text = JSON.stringify(message);
    if (port) port.postMessage(text);
    else window.parent.postMessage(text, host);
  };
  const send = (message) => {
    if (isOpen) post(message);
    else waiting.push(message);
  };
  const open = () => {
    isOpen = true;
    for (const message of waiting.splice(0)) post(message);
  };
  const call = (name, payload) => {
    send({ type: 'ww-iframe-handle:call', args: { type: 'call', name, payload } });
  };

  const read = (value) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      return null;
    }
  };
  window.addEventListener('message', (event) => {
    // Only the page that embeds this frame is listened to, and only from where it first spoke.
    if (event.source !== window.parent || window.parent === window) return;
    if (host !== null && event.origin !== host) return;
    const message = read(event.data);
    if (message?.type === 'ww-iframe-handle:init' && host === null) {
      host = event.origin;
      window.parent.postMessage(
        JSON.stringify({ type: 'ww-iframe-handle:ready', supportChannel: usesPort }),
        host,
      );
      if (!usesPort) open();
    } else if (message?.type === 'ww-iframe-handle:set-port' && host !== null && port === null) {
      port = message.port;
      open();
    }
  });

  if (data.error) {
    call('onLoginFail', { errCode: Number(data.error), errMsg: data.message });
    return;
  }
  call('onCheckWeComLogin', { isWeComLogin: data.desktop === 'true' });

  const show = (text) => {
    document.getElementById('status').textContent = text;
  };
  let timer = 0;
  const end = (standing) => {
    clearInterval(timer);
    if (standing.status === 'expired' || standing.status === 'unknown') {
      show('二维码已过期 · expired');
      document.getElementById('again').hidden = false;
    } else if (data.redirect === 'callback') {
      if (standing.code) {
        show('已登录 · signed in');
        call('onLoginSuccess', { code: standing.code });
      } else {
        show('已取消 · refused');
        document.getElementById('again').hidden = false;
      }
    } else if (!standing.location) {
      show('已取消 · refused');
      document.getElementById('again').hidden = false;
    } else if (data.redirect === 'self') {
      window.location.href = standing.location;
    } else {
      window.top.location.href = standing.location;
    }
  };
  const look = async () => {
    const answer = await fetch(`/_sandbox/panel/${data.key}`, { cache: 'no-store' }).catch(() => null);
    if (!answer?.ok) return;
    const standing = await answer.json();
    if (standing.status === 'scanned') show('已扫码，请在手机上确认 · scanned');
    else if (standing.status !== 'waiting') end(standing);
  };
  const wait = () => {
    timer = setInterval(look, 1000);
  };
  wait();

  // Another QR code in place of this one. The frame stays: loaded again, it would come from itself and not from the
  // page, and the page would hear nothing more.
  const again = async () => {
    const form = new URLSearchParams({ answer: 'again' });
    const answer = await fetch(`/_sandbox/scan/${data.key}`, { method: 'POST', body: form }).catch(() => null);
    const fresh = new DOMParser().parseFromString((await answer?.text()) ?? '', 'text/html');
    const [shown, next] = [document, fresh].map((page) => page.querySelector('.qr'));
    if (!shown || !next) return;
    shown.replaceWith(document.adoptNode(next));
    data.key = new URL(answer.url).pathname.split('/').pop();
    const link = document.getElementById('confirm');
    link.href = link.href.replace(/k=[^&]*/, `k=${data.key}`);
    document.getElementById('again').hidden = true;
    show('请使用企业微信扫描二维码登录');
    wait();
  };

  document.addEventListener('click', async (event) => {
    const button = event.target.closest('button[data-answer]');
    if (!button) return;
    if (button.dataset.answer === 'again') {
      await again();
      return;
    }
    const form = new URLSearchParams({ answer: button.dataset.answer, person: button.dataset.person ?? '' });
    const answer = await fetch(`/_sandbox/scan/${data.key}`, { method: 'POST', body: form, redirect: 'manual' }).catch(() => null);
    // Whoever may answer is led on; a page in place of that says why this person may not.
    if (answer?.ok) show('无权限 · this person may not sign in here');
    else await look();
  });
})();
