package io.github.dingtalkinbox.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.CookieHandler;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Goes to pages of the console as a person does: with cookies, and with the forms that pages have. */
public final class Browser {
    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

    private final Function<String, URI> urls;
    private final String[] always;
    private final CookieManager cookies = new CookieManager();
    private final HttpClient http =
            HttpClient.newBuilder().cookieHandler(cookieHandler()).build();
    private @Nullable String token;

    /** @param always headers that all requests to the service have, as from a proxy before it */
    public Browser(Service service, String... always) {
        this(service::url, always);
    }

    /** Of a service in a process of its own. */
    public Browser(ServiceProcess service) {
        this(service::url);
    }

    private Browser(Function<String, URI> urls, String... always) {
        this.urls = urls;
        this.always = always;
    }

    /** As browsers do, which send a {@code Secure} cookie to localhost also without TLS. */
    private CookieHandler cookieHandler() {
        return new CookieHandler() {
            @Override
            public Map<String, List<String>> get(URI uri, Map<String, List<String>> request) throws IOException {
                return cookies.get(withTls(uri), request);
            }

            @Override
            public void put(URI uri, Map<String, List<String>> response) throws IOException {
                cookies.put(withTls(uri), response);
            }

            private URI withTls(URI uri) {
                return URI.create(uri.toString().replaceFirst("^http:", "https:"));
            }
        };
    }

    /** Follows nothing: where a page leads to is in its header. */
    public HttpResponse<String> get(String path, String... headers) throws Exception {
        return get(urls.apply(path), headers);
    }

    /** A page of another server, too. */
    public HttpResponse<String> get(URI url, String... headers) throws Exception {
        HttpRequest.Builder request = request(url);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return seen(http.send(request.build(), BodyHandlers.ofString()));
    }

    /** Sends a form, with the token of the page that was last seen with one. */
    public HttpResponse<String> post(String path, String... namesAndValues) throws Exception {
        return post(urls.apply(path), namesAndValues);
    }

    /** Sends one to another server, too. */
    public HttpResponse<String> post(URI url, String... namesAndValues) throws Exception {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(field(namesAndValues[i], namesAndValues[i + 1]));
        }
        if (token != null) {
            fields.add(field("_csrf", token));
        }
        return seen(http.send(
                request(url)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(String.join("&", fields)))
                        .build(),
                BodyHandlers.ofString()));
    }

    private HttpRequest.Builder request(URI url) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url);
        if (always.length > 0 && url.getPort() == urls.apply("/").getPort()) {
            request.headers(always);
        }
        return request;
    }

    /** Says where it leads to. */
    public String logIn(String user, String password) throws Exception {
        get("/admin/login");
        return target(post("/admin/login", "username", user, "password", password));
    }

    /** The value of a cookie that it has. */
    public String cookie(String name) {
        return cookies.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals(name))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    /** Sends forms without a token from now on, as another site's page would. */
    public void forgetToken() {
        token = null;
    }

    /** The path, and the query, that a response leads to. */
    public static String target(HttpResponse<String> response) {
        URI target = URI.create(response.headers().firstValue("Location").orElse(""));
        return target.getRawPath() + (target.getRawQuery() == null ? "" : "?" + target.getRawQuery());
    }

    /** The URL that a response leads to. */
    public static URI location(HttpResponse<String> response) {
        return response.uri().resolve(response.headers().firstValue("Location").orElseThrow());
    }

    private HttpResponse<String> seen(HttpResponse<String> response) {
        Matcher found = TOKEN.matcher(response.body());
        if (found.find()) {
            token = found.group(1);
        }
        return response;
    }

    private static String field(String name, String value) {
        return URLEncoder.encode(name, UTF_8) + "=" + URLEncoder.encode(value, UTF_8);
    }
}
