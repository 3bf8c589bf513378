<?php
// Signs a member of a WeCom corp in. PHP 8.0 or newer: php -S 127.0.0.1:8080 sign_in.php
const CORP_AGENT = ['WECOM_CORP_ID' => 'ww5f1e2d3c4b5a6978', 'WECOM_AGENT_ID' => '1000002',
    'WECOM_SECRET' => 'sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA'];

function setting(string $name): string
{
    return getenv($name) ?: CORP_AGENT[$name];
}

/** WECOM_SANDBOX=http://127.0.0.1:7700; absent: the real WeCom. */
function host(string $name): string
{
    return getenv('WECOM_SANDBOX') ?: "https://$name.qq.com";
}

function call(string $path, array $query): array
{
    $context = stream_context_create(['http' => ['timeout' => 10, 'ignore_errors' => true]]);
    $answer = @file_get_contents(host('qyapi.weixin') . "/cgi-bin/$path?" . http_build_query($query), false, $context);
    return json_decode($answer ?: '', true) ?? throw new RuntimeException('WeCom does not answer');
}

/** Kept in a file, because each request of PHP begins with nothing. */
function access_token(bool $fresh = false): string
{
    $file = sys_get_temp_dir() . '/wecom-token-' . md5(setting('WECOM_SECRET') . host('qyapi.weixin'));
    $kept = $fresh ? null : json_decode(@file_get_contents($file) ?: '', true);
    if (!$kept || $kept['until'] < time()) {
        $answer = call('gettoken', ['corpid' => setting('WECOM_CORP_ID'), 'corpsecret' => setting('WECOM_SECRET')]);
        if ($answer['errcode'] !== 0) { // 40001, 40013: a wrong secret or corp id
            throw new RuntimeException("no token: errcode {$answer['errcode']}");
        }
        $kept = ['value' => $answer['access_token'], 'until' => time() + $answer['expires_in'] - 300];
        file_put_contents($file, json_encode($kept), LOCK_EX);
        chmod($file, 0600);
    }
    return $kept['value'];
}

function member_of(string $code): array
{
    $who = call('auth/getuserinfo', ['access_token' => access_token(), 'code' => $code]);
    if (in_array($who['errcode'], [40014, 42001], true)) { // ended early: one new token, one more try
        $who = call('auth/getuserinfo', ['access_token' => access_token(true), 'code' => $code]);
    }
    if ($who['errcode'] !== 0 || empty($who['userid'])) { // errcode 0 and no userid: an outsider
        throw new RuntimeException("not a member: errcode {$who['errcode']}");
    }
    $member = call('user/get', ['access_token' => access_token(), 'userid' => $who['userid']]);
    if ($member['errcode'] !== 0) {
        throw new RuntimeException("the member cannot be read: errcode {$member['errcode']}");
    }
    return $member;
}

function page(int $status, string $html): void
{
    http_response_code($status);
    header('Content-Type: text/html; charset=utf-8');
    echo "<!doctype html><p>$html</p>";
}

session_start(['cookie_httponly' => true, 'cookie_samesite' => 'Lax', 'use_strict_mode' => true]);
switch (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
    case '/login':
        $_SESSION['state'] = bin2hex(random_bytes(16));
        $link = ['appid' => setting('WECOM_CORP_ID'), 'agentid' => setting('WECOM_AGENT_ID'),
            'redirect_uri' => "http://{$_SERVER['HTTP_HOST']}/callback", 'state' => $_SESSION['state']];
        if (str_contains($_SERVER['HTTP_USER_AGENT'] ?? '', 'wxwork')) {
            $link += ['response_type' => 'code', 'scope' => 'snsapi_base'];
            header('Location: ' . host('open.weixin') . '/connect/oauth2/authorize?' . http_build_query($link) . '#wechat_redirect');
        } else {
            $link += ['login_type' => 'CorpApp'];
            header('Location: ' . host('login.work.weixin') . '/wwlogin/sso/login?' . http_build_query($link));
        }
        break;
    case '/callback':
        $state = $_SESSION['state'] ?? '';
        unset($_SESSION['state']);
        if ($state === '' || !hash_equals($state, $_GET['state'] ?? '')) {
            page(403, 'This sign-in did not begin in this browser.');
        } elseif (!isset($_GET['code'])) {
            page(403, 'Refused at WeCom.');
        } else {
            try {
                $member = member_of($_GET['code']);
                session_regenerate_id(true);
                $_SESSION['member'] = "{$member['name']} ({$member['userid']})";
                header('Location: /');
            } catch (RuntimeException $error) {
                page(403, htmlspecialchars($error->getMessage()));
            }
        }
        break;
    default:
        $member = $_SESSION['member'] ?? null;
        page(200, $member ? 'Signed in: ' . htmlspecialchars($member) : '<a href="/login">Sign in with WeCom</a>');
}
