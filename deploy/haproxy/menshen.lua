-- Asks Menshen whether a request may pass, for HAProxy 2.6 or newer. Loaded by haproxy.cfg.
--
-- In: the request. Out: `txn.menshen_allowed` and the identity headers when it may pass; otherwise the answer
-- of Menshen goes to the visitor and the request ends. Everything unexpected leaves the variable unset, and
-- haproxy.cfg denies.

-- Where `menshen serve` listens. The address of this machine must be among its `trusted_proxies`.
local gateway = "http://127.0.0.1:8080"
-- A gateway that does not answer soon is as good as none. HAProxy asks up to four times before it gives up.
local patience_ms = 1500

-- What Menshen says of a person. What it does not say is removed.
local identity = {
  "x-menshen-subject", "x-menshen-user", "x-menshen-name", "x-menshen-email",
  "x-menshen-groups", "x-menshen-corp", "x-menshen-assertion",
}
-- What Menshen needs in order to know who asks, and whether it is a page load or a call of a program.
local asked_with = {
  "cookie", "accept", "accept-language", "user-agent", "origin", "sec-fetch-mode", "sec-fetch-dest",
  "sec-fetch-site", "sec-websocket-version", "x-requested-with", "access-control-request-method",
}
-- What of Menshen's answer goes to a visitor who may not pass.
local answered_with = {
  "content-type", "location", "set-cookie", "cache-control", "vary", "www-authenticate", "x-request-id",
  "content-security-policy", "content-language", "referrer-policy", "x-content-type-options", "retry-after",
  "access-control-allow-origin", "access-control-allow-credentials", "access-control-allow-headers",
  "access-control-allow-methods", "access-control-max-age",
}

-- The values of one header as HAProxy hands them over: a table that counts from 0.
local function values(headers, name)
  local found = {}
  local list = headers[name]
  if list ~= nil then
    for index = 0, #list do
      found[#found + 1] = list[index]
    end
  end
  return found
end

local function question(txn)
  local headers = txn.http:req_get_headers()
  local asked = {
    ["host"] = { txn.sf:req_hdr("host") },
    ["x-forwarded-method"] = { txn.sf:method() },
    ["x-forwarded-proto"] = { txn.f:ssl_fc() == 1 and "https" or "http" },
    ["x-forwarded-host"] = { txn.sf:req_hdr("host") },
    -- The path and query exactly as they came, which is what the site gets.
    ["x-forwarded-uri"] = { txn.sf:pathq() },
    ["x-forwarded-for"] = { txn.sf:src() },
  }
  for _, name in ipairs(asked_with) do
    local all = values(headers, name)
    if #all > 0 then
      asked[name] = all
    end
  end
  return asked
end

local function let_pass(txn, answer)
  for _, name in ipairs(identity) do
    txn.http:req_del_header(name)
    local value = values(answer.headers, name)[1]
    if value ~= nil and value ~= "" then
      txn.http:req_set_header(name, value)
    end
  end
  -- The visitor's cookies without those of Menshen.
  txn.http:req_del_header("cookie")
  local cookie = values(answer.headers, "cookie")[1]
  if cookie ~= nil and cookie ~= "" then
    txn.http:req_set_header("cookie", cookie)
  end
  txn:set_var("txn.menshen_allowed", true)
end

local function turn_away(txn, answer)
  local reply = txn:reply()
  reply:set_status(answer.status)
  for _, name in ipairs(answered_with) do
    for _, value in ipairs(values(answer.headers, name)) do
      reply:add_header(name, value)
    end
  end
  reply:set_body(answer.body or "")
  txn:done(reply)
end

core.register_action("menshen_ask", { "http-req" }, function(txn)
  local client = core.httpclient()
  local answer = client:get({
    url = gateway .. "/_menshen/check",
    headers = question(txn),
    timeout = patience_ms,
  })
  if answer == nil or answer.status == nil then
    return
  end
  if answer.status == 200 then
    let_pass(txn, answer)
  elseif answer.status >= 300 and answer.status < 500 then
    turn_away(txn, answer)
  end
end, 0)
