package io.github.dingtalkinbox.service.simulator;

import io.github.dingtalkinbox.internal.crypto.Credentials;
import java.net.URI;
import java.util.List;

/**
 * Where events are pushed over HTTP.
 *
 * @param urls the callback URLs, http or https: the deliveries of an event go to one after the other
 * @param credentials those of the app behind the URLs
 */
public record HttpTarget(List<URI> urls, Credentials credentials) {
    public HttpTarget {
        urls = List.copyOf(urls);
        Simulation.require(!urls.isEmpty(), "There must be at least one URL");
        urls.forEach(HttpTarget::requireWeb);
    }

    private static void requireWeb(URI url) {
        boolean web = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        Simulation.require(
                web && url.getHost() != null, "The URL must begin with http:// or https:// and a host, but is " + url);
    }
}
