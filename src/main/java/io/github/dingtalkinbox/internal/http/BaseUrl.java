package io.github.dingtalkinbox.internal.http;

import java.net.URI;

/** The configured URL under which the calls of an API are. */
public final class BaseUrl {
    private BaseUrl() {}

    /**
     * Requires that calls can be made under a URL.
     *
     * @param property in which it is configured
     * @param example of a right one
     * @throws IllegalArgumentException if they cannot
     */
    public static void require(URI url, String property, String example) {
        boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!isHttp || url.getHost() == null || url.getQuery() != null || url.getFragment() != null) {
            throw new IllegalArgumentException(property + " must be a URL such as " + example);
        }
    }

    /** The URL of a call, whether or not the base ends with a slash. The call begins with one. */
    public static URI of(URI base, String call) {
        String url = base.toString();
        return URI.create((url.endsWith("/") ? url.substring(0, url.length() - 1) : url) + call);
    }
}
