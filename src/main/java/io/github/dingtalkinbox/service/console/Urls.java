package io.github.dingtalkinbox.service.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/** URLs of pages of the console, with the parameters of the current one. */
final class Urls {
    private static final String ROOT = "/admin";
    private static final Pattern VALUES = Pattern.compile("=([^&]*)");

    private Urls() {}

    /** The current page, with one parameter changed. */
    static String with(ServerRequest request, String parameter, String value) {
        return of(request)
                .replaceQueryParam(parameter, encoded(value))
                .build(true)
                .toUriString();
    }

    /** The current page, without one parameter. */
    static String without(ServerRequest request, String parameter) {
        return of(request).replaceQueryParam(parameter).build(true).toUriString();
    }

    /** Another page, with the same parameters, from its start. */
    static String as(ServerRequest request, String path) {
        return of(request)
                .replacePath(request.servletRequest().getContextPath() + ROOT + path)
                .replaceQueryParam("after")
                .build(true)
                .toUriString();
    }

    /** A path below the root of the console. */
    static String to(String path, String parameter, String value) {
        return path + "?" + parameter + "=" + encoded(value);
    }

    private static UriComponentsBuilder of(ServerRequest request) {
        UriComponentsBuilder page = UriComponentsBuilder.fromPath(request.uri().getRawPath());
        String query = request.uri().getRawQuery();
        return query == null ? page : page.query(withoutEqualsSigns(query));
    }

    /** In values: there they need not be encoded, but the builder wants them to be. */
    private static String withoutEqualsSigns(String query) {
        return VALUES.matcher(query)
                .replaceAll(
                        value -> Matcher.quoteReplacement("=" + value.group(1).replace("=", "%3D")));
    }

    private static String encoded(String value) {
        return UriUtils.encode(value, UTF_8);
    }
}
