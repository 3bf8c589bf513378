// What WeCom's client puts into every page it shows: the bridge that @wecom/jssdk calls. In: `config` and `agentConfig`.
// Out: the client's answer to their signatures, which the sandbox judges by the address that the page really has. The
// client's other functions are not played: without permission they are denied, with it they do not exist.
(() => {
  'use strict';
  if (window.WeixinJSBridge) return;
  const sandbox = "{sandbox}";
  const allowed = new Set();

  const describe = {
    preVerifyJSAPI: (params) => ({
      call: 'config', corp: params.verifyAppId, nonce: params.verifyNonceStr, timestamp: params.verifyTimestamp,
      signature: params.verifySignature, list: params.verifyJsApiList,
    }),
    agentConfig: (params) => ({
      call: 'agentConfig', corp: params.corpid, agent: params.agentid, nonce: params.nonceStr, timestamp: params.timestamp,
      signature: params.signature, list: params.jsApiList,
    }),
  };

  const verify = async (name, params) => {
    const { list = [], ...page } = describe[name](params);
    const form = new URLSearchParams({ url: window.location.href });
    for (const [key, value] of Object.entries(page)) form.set(key, value ?? '');
    const answer = await fetch(sandbox, { method: 'POST', body: form, credentials: 'omit' });
    const { errmsg } = await answer.json();
    if (errmsg === 'ok') for (const api of list) allowed.add(api);
    return errmsg;
  };

  const decide = async (name, params) => {
    if (Object.hasOwn(describe, name)) return verify(name, params ?? {}).catch(() => 'fail');
    return allowed.has(name) ? 'function not exist' : 'permission denied';
  };

  window.WeixinJSBridge = {
    async invoke(name, params, callback) {
      const errmsg = await decide(name, params);
      callback?.({ err_msg: `${name}:${errmsg}` });
    },
    // No event of the client ever comes.
    on() {},
  };
  document.dispatchEvent(new Event('WeixinJSBridgeReady'));
})();
