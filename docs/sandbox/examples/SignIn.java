// Signs a member of a WeCom corp in. Java 17 or newer, nothing but the JDK: `java SignIn.java`.
import com.sun.net.httpserver.*;
import java.io.IOException;
import java.math.BigInteger;
import java.net.*;
import java.net.http.*;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.*;
import java.util.concurrent.*;
import java.util.regex.*;

public class SignIn {
    static String env(String name, String otherwise) { return System.getenv().getOrDefault(name, otherwise); }
    static final String CORP = env("WECOM_CORP_ID", "ww5f1e2d3c4b5a6978"), AGENT = env("WECOM_AGENT_ID", "1000002");
    static final String SECRET = env("WECOM_SECRET", "sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA");
    // WECOM_SANDBOX=http://127.0.0.1:7700; absent: the real WeCom
    static final String OPEN = env("WECOM_SANDBOX", "https://open.weixin.qq.com");
    static final String LOGIN = env("WECOM_SANDBOX", "https://login.work.weixin.qq.com");
    static final String API = env("WECOM_SANDBOX", "https://qyapi.weixin.qq.com");
    static final int PORT = Integer.parseInt(env("PORT", "8080"));
    static final HttpClient HTTP = HttpClient.newHttpClient();
    static final Map<String, String> MEMBERS = new ConcurrentHashMap<>();
    static String token = "";
    static long until = 0;

    static String random() { return new BigInteger(128, new SecureRandom()).toString(36); }
    static String encode(String text) { return URLEncoder.encode(text, StandardCharsets.UTF_8); }

    // A real program takes a JSON library; these answers are flat enough for one expression.
    static String field(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*(?:\"([^\"]*)\"|(-?\\d+))").matcher(json);
        return !found.find() ? "" : found.group(1) != null ? found.group(1) : found.group(2);
    }

    static String call(String path) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(URI.create(API + "/cgi-bin/" + path)).build(), BodyHandlers.ofString()).body();
    }

    static synchronized String token() throws IOException, InterruptedException {
        if (until < System.currentTimeMillis()) {
            String answer = call("gettoken?corpid=" + encode(CORP) + "&corpsecret=" + encode(SECRET));
            if (!field(answer, "errcode").equals("0")) // 40001, 40013: a wrong secret or corp id
                throw new SecurityException("no token: " + field(answer, "errcode"));
            token = field(answer, "access_token");
            until = System.currentTimeMillis() + (Long.parseLong(field(answer, "expires_in")) - 300) * 1000;
        }
        return token;
    }

    static String memberOf(String code) throws IOException, InterruptedException {
        String who = call("auth/getuserinfo?access_token=" + token() + "&code=" + encode(code));
        if (Set.of("40014", "42001").contains(field(who, "errcode"))) { // ended early: one new token, one more try
            until = 0;
            who = call("auth/getuserinfo?access_token=" + token() + "&code=" + encode(code));
        }
        String userid = field(who, "userid"); // errcode 0 and no userid: an outsider
        if (!field(who, "errcode").equals("0") || userid.isEmpty()) throw new SecurityException("not a member: " + field(who, "errcode"));
        String member = call("user/get?access_token=" + token() + "&userid=" + encode(userid));
        if (!field(member, "errcode").equals("0")) throw new SecurityException("the member cannot be read: errcode " + field(member, "errcode"));
        return field(member, "name") + " (" + field(member, "userid") + ")";
    }

    static Map<String, String> pairs(String text, String between) {
        Map<String, String> pairs = new HashMap<>();
        for (String pair : text == null ? new String[0] : text.split(between)) {
            String[] parts = pair.trim().split("=", 2);
            if (parts.length == 2) pairs.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return pairs;
    }

    static void go(HttpExchange visit, String where, String cookie) throws IOException {
        visit.getResponseHeaders().set("Location", where);
        visit.getResponseHeaders().set("Set-Cookie", cookie + "; Path=/; HttpOnly; SameSite=Lax");
        visit.sendResponseHeaders(302, -1);
    }

    static String escape(String text) { return text.replace("&", "&amp;").replace("<", "&lt;"); }

    static void page(HttpExchange visit, int status, String text) throws IOException {
        byte[] html = ("<!doctype html><p>" + text + "</p>").getBytes(StandardCharsets.UTF_8);
        visit.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        visit.sendResponseHeaders(status, html.length);
        visit.getResponseBody().write(html);
    }

    static void site(HttpExchange visit) throws IOException {
        Map<String, String> query = pairs(visit.getRequestURI().getRawQuery(), "&");
        Map<String, String> cookies = pairs(visit.getRequestHeaders().getFirst("Cookie"), ";");
        switch (visit.getRequestURI().getPath()) {
            case "/login" -> {
                String state = random();
                String link = "appid=" + CORP + "&agentid=" + AGENT + "&state=" + state
                    + "&redirect_uri=" + encode("http://127.0.0.1:" + PORT + "/callback");
                boolean isWeCom = String.valueOf(visit.getRequestHeaders().getFirst("User-Agent")).contains("wxwork");
                go(visit, isWeCom
                    ? OPEN + "/connect/oauth2/authorize?" + link + "&response_type=code&scope=snsapi_base#wechat_redirect"
                    : LOGIN + "/wwlogin/sso/login?" + link + "&login_type=CorpApp", "state=" + state);
            }
            case "/callback" -> {
                if (!query.containsKey("state") || !query.get("state").equals(cookies.get("state"))) {
                    page(visit, 403, "This sign-in did not begin in this browser.");
                } else if (!query.containsKey("code")) {
                    page(visit, 403, "Refused at WeCom.");
                } else {
                    try {
                        String session = random() + random();
                        MEMBERS.put(session, memberOf(query.get("code")));
                        go(visit, "/", "session=" + session);
                    } catch (SecurityException | InterruptedException error) {
                        page(visit, 403, escape(error.getMessage()));
                    }
                }
            }
            default -> {
                String member = MEMBERS.get(cookies.getOrDefault("session", ""));
                page(visit, 200, member == null ? "<a href=\"/login\">Sign in with WeCom</a>" : "Signed in: " + escape(member));
            }
        }
    }

    public static void main(String[] arguments) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", PORT), 0);
        server.createContext("/", visit -> { try (visit) { site(visit); } });
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
    }
}
