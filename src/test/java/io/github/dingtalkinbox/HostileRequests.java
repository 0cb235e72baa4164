package io.github.dingtalkinbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * Makes requests as strangers send them who look for a way in, byte by byte: each is a known one with something wrong, or
 * with several things wrong. The same seed makes the same requests.
 */
final class HostileRequests {
    private static final List<String> PATHS = List.of(
            "/dingtalk/callback",
            "/dingtalk/callback/default",
            "/dingtalk/callback/nobody",
            "/admin",
            "/admin/",
            "/admin/overview",
            "/admin/login",
            "/admin/logout",
            "/admin/events.csv",
            "/admin/event/repeat",
            "/admin/assets/console.js",
            "/admin/denied",
            "/admin/off",
            "/actuator",
            "/actuator/health",
            "/actuator/health/readiness",
            "/actuator/metrics/jvm.memory.used",
            "/actuator/prometheus",
            "/login/oauth2/code/console",
            "/oauth2/authorization/console",
            "/error",
            "/",
            "/favicon.ico",
            "/cgi-bin/.env");
    private static final List<String> WITHIN_PATHS = List.of(
            "//",
            "/./",
            "/../",
            "/..;/",
            ";",
            ";x",
            ";jsessionid=1",
            "%2e%2e/",
            "%2f",
            "%5c",
            "\\",
            "%00",
            "%0a",
            "%0d%0a",
            "%",
            "%zz",
            "%c0%ae",
            "%ff",
            "%e9%92%89",
            "钉",
            "\u00ff",
            "\u0000",
            " ",
            "\t",
            "\"",
            "<",
            "|",
            "^",
            "[",
            "{",
            "#",
            "@",
            ":",
            "*",
            "+",
            "~",
            ".",
            "..",
            "...",
            "%252e",
            "?",
            "&");
    private static final List<String> METHODS = List.of(
            "GET",
            "POST",
            "PUT",
            "DELETE",
            "HEAD",
            "OPTIONS",
            "TRACE",
            "PATCH",
            "CONNECT",
            "PROPFIND",
            "get",
            "GE T",
            "",
            "\u00ff",
            "G@T",
            "{}");
    private static final List<String> VERSIONS = List.of(
            "HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/9.9", "http/1.1", "HTTP/1.1 x", "", "SIP/2.0");
    private static final List<String> PARAMETERS = List.of(
            "msg_signature",
            "signature",
            "timestamp",
            "timeStamp",
            "nonce",
            "lang",
            "id",
            "username",
            "password",
            "_csrf",
            "_method",
            "code",
            "state",
            "error",
            "continue",
            "failed",
            "tag",
            "");
    static final List<String> VALUES = List.of(
            "",
            "1",
            "-1",
            "0x1",
            "1e999",
            "true",
            "null",
            "a b",
            "a=b",
            "==",
            "a%20b",
            "%",
            "%zz",
            "%00",
            "%0d%0aX:%20y",
            "%ff%fe",
            "%e9%92%89",
            "%ed%a0%80",
            "%f0%9f%92%a9",
            "%e2%80%ae",
            "'",
            "''%3b--",
            "%22",
            "%3cscript%3e",
            "${7*7}",
            "__%24%7b7*7%7d__::x",
            "../../etc/passwd",
            "zh",
            "xx-",
            "en_US.UTF-8",
            "2026-02-30T25:61",
            "0000-01-01T00:00",
            "-4713-01-01T00:00",
            "%2b294277-01-01T00:00",
            "%2b999999999-12-31T23:59",
            "-999999999-01-01T00:00",
            "2026-01-01T00:00:00Z~x",
            "%2b1000000000-12-31T23:59:59.999999999Z~x",
            "~",
            "9223372036854775808",
            "default:x",
            "9".repeat(500),
            "a".repeat(3000),
            "%e9%92%89".repeat(300));
    private static final List<String> HEADERS = List.of(
            "Host: localhost",
            "Host: ",
            "Host: a b",
            "Host: [::1",
            "Host: x:99999999",
            "Content-Length: 0",
            "Content-Length: 5",
            "Content-Length: -1",
            "Content-Length: 5, 5",
            "Content-Length: +5",
            "Content-Length: abc",
            "Content-Length: 99999999999999999999",
            "Content-Length: 1048577",
            "content-length : 5",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: identity",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding:\tchunked",
            "Content-Type: application/json",
            "Content-Type: application/json; charset=nothing",
            "Content-Type: ;;",
            "Content-Type: text/",
            "Content-Type: application/x-www-form-urlencoded",
            "Content-Type: application/x-www-form-urlencoded; charset=UTF-999",
            "Content-Type: multipart/form-data",
            "Content-Type: multipart/form-data; boundary=x",
            "Content-Encoding: gzip",
            "Accept: text/html",
            "Accept: application/json",
            "Accept: nothing",
            "Accept: */*;q=2",
            "Accept: \u0001",
            "Accept-Language: zh-CN,en;q=0.5",
            "Accept-Language: -",
            "Accept-Language: en;q=x",
            "Accept-Language: " + "a,".repeat(500),
            "Accept-Charset: x",
            "Accept-Encoding: gzip;q=9",
            "Authorization: Basic",
            "Authorization: Basic !!!",
            "Authorization: Basic " + Base64.getEncoder().encodeToString("no colon".getBytes(UTF_8)),
            "Authorization: Basic " + Base64.getEncoder().encodeToString(new byte[] {0, -1, ':', 0}),
            "Authorization: Bearer x",
            "Authorization: \u00ff",
            "Cookie: inbox-session=x; inbox-token=y; inbox-page=z; inbox-lang=q",
            "Cookie: inbox-page=Ly9ldmls; inbox-lang=%%%",
            "Cookie: inbox-lang=" + "z".repeat(1000),
            "Cookie: =; ;;=a; $Version=1; x=\"",
            "Cookie: inbox-oidc=x",
            "HX-Request: true",
            "X-Requested-With: XMLHttpRequest",
            "X-Forwarded-For: not an address, \u0001",
            "X-Forwarded-Proto: gopher",
            "X-Forwarded-Host: a b:c",
            "X-Forwarded-Port: 99999999",
            "Forwarded: for=\"",
            "X-HTTP-Method-Override: DELETE",
            "Origin: null",
            "Origin: http://evil.example",
            "Access-Control-Request-Method: \u0001",
            "Referer: \u00ff",
            "Range: bytes=9-1,,-",
            "Range: bytes=0-0," + "0-0,".repeat(300) + "1-1",
            "If-Modified-Since: yesterday",
            "If-None-Match: W/\"",
            "Expect: 100-continue",
            "Expect: nothing",
            "Upgrade: h2c",
            "Upgrade: websocket",
            "Connection: Upgrade, HTTP2-Settings",
            "Connection: close",
            "Connection: ,",
            "HTTP2-Settings: AAMAAABkAAQAAP__",
            "Sec-WebSocket-Key: x",
            "Max-Forwards: x",
            "traceparent: 00-zz-zz-zz",
            "traceparent: 00-" + "0".repeat(32) + "-" + "0".repeat(16) + "-01",
            "baggage: " + "a=b,".repeat(100),
            "no colon",
            ": no name",
            " folded: x",
            "Bad Name: x",
            "X-Control: \u0000\u0001",
            "X-Large: " + "x".repeat(9000));
    private static final List<String> BODIES = List.of(
            "",
            "hello",
            "{}",
            "{\"encrypt\":\"x\"}",
            "{\"encrypt\":" + "[".repeat(5000),
            "{\"encrypt\":\"" + "A".repeat(64) + "\"} ",
            "\u0000\u00ff",
            "username=a&password=%&_csrf=%zz",
            "username=mei&password=" + "x".repeat(1000),
            "a=".repeat(2000),
            "&".repeat(3000),
            "--x\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\na\r\n--x--\r\n",
            "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"../../a\"\r\n\r\n",
            "5\r\nhello\r\n0\r\n\r\n",
            "5\r\nhel",
            "-5\r\nhello\r\n0\r\n\r\n",
            "ffffffffffffffff\r\nx",
            "5;" + "x".repeat(9000) + "\r\nhello\r\n0\r\n\r\n",
            "0\r\nTrailer: " + "x".repeat(9000) + "\r\n\r\n",
            "5\nhello\n0\n\n");

    private final Random random;

    HostileRequests(long seed) {
        this.random = new Random(seed);
    }

    /** A request, whose text in ISO 8859-1 shows its bytes. */
    byte[] next() {
        StringBuilder head = new StringBuilder();
        head.append(oneIn(3) ? METHODS.get(random.nextInt(METHODS.size())) : oneIn(2) ? "POST" : "GET")
                .append(' ')
                .append(target())
                .append(' ')
                .append(oneIn(15) ? any(VERSIONS) : "HTTP/1.1")
                .append(oneIn(40) ? "\n" : "\r\n");
        if (!oneIn(20)) {
            head.append("Host: localhost\r\n");
        }
        for (int i = random.nextInt(6); i > 0; i--) {
            head.append(any(HEADERS)).append(oneIn(40) ? "\n" : "\r\n");
        }
        if (oneIn(100)) {
            head.append("X: y\r\n".repeat(random.nextInt(300)));
        }
        byte[] body = any(BODIES).getBytes(ISO_8859_1);
        if (!oneIn(3)) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        head.append(oneIn(50) ? "" : "\r\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        // The targets have characters beyond Latin, as careless clients send them.
        all.writeBytes(head.toString().getBytes(oneIn(2) ? UTF_8 : ISO_8859_1));
        all.writeBytes(body);
        byte[] request = all.toByteArray();
        for (int i = oneIn(20) ? random.nextInt(8) : 0; i > 0; i--) {
            request[random.nextInt(request.length)] = (byte) random.nextInt(256);
        }
        return request;
    }

    private String target() {
        StringBuilder path = new StringBuilder(any(PATHS));
        for (int i = oneIn(2) ? 1 + random.nextInt(3) : 0; i > 0; i--) {
            int at = random.nextInt(path.length() + 1);
            if (oneIn(3) && at < path.length()) {
                path.replace(at, at + 1, "%%%02x".formatted((int) path.charAt(at) & 0xff));
            } else {
                path.insert(at, any(WITHIN_PATHS));
            }
        }
        if (oneIn(100)) {
            path.append("/x".repeat(random.nextInt(4000)));
        }
        String prefix = oneIn(40)
                ? any(List.of("http://localhost", "https://evil.example:x", "http://", "*", "localhost"))
                : "";
        return prefix + path + (oneIn(2) ? "?" + query(PARAMETERS) : "");
    }

    /** A query of some of these parameters. */
    String query(List<String> parameters) {
        List<String> query = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            query.add(any(parameters) + (oneIn(10) ? "" : "=") + any(VALUES));
        }
        if (oneIn(100)) {
            query.add("a&".repeat(random.nextInt(3000)));
        }
        return String.join("&", query);
    }

    <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private boolean oneIn(int number) {
        return random.nextInt(number) == 0;
    }
}
